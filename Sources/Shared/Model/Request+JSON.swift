public import JSON

extension Request {
    /// Reads the document of `posthorn.request.v1`.
    ///
    /// - Throws: `FieldError`, which names the field and the mend. The same document will never be right, so a retry is of no use.
    public init(_ document: JSON) throws(FieldError) {
        var fields = try FieldReader(document)
        channels = try fields.strings("channel", atMost: 100) ?? []
        text = try fields.strings("text", atMost: 100) ?? []
        files = try fields.strings("files", atMost: 20) ?? []
        timestamp = try fields.integer("timestamp", in: Timestamp.writableSeconds).map { Timestamp(seconds: $0) }
        metadata = fields.value("metadata") ?? .object([])
        recipients = try Self.recipients(&fields)
        lane = try fields.choice("priority", Lane.self) ?? .normal
        media = try Self.media(&fields)
        expiresAt = try Self.moment("expires_at", &fields)
        dedupeKey = try fields.string("dedupe_key")
        reference = try fields.string("reference")
        try fields.finish()
        try validate()
    }

    /// The document of `posthorn.request.v1`. Fields that hold their default are left out.
    public var document: JSON {
        var members: [JSON.Member] = []
        func add(_ name: String, _ value: JSON, unless isDefault: Bool) {
            if !isDefault { members.append(JSON.Member(name, value)) }
        }
        add("channel", JSON(channels), unless: channels.isEmpty)
        add("text", JSON(text), unless: false)
        add("files", JSON(files), unless: files.isEmpty)
        add("timestamp", JSON(timestamp.map { Int($0.seconds) }), unless: timestamp == nil)
        add("metadata", metadata, unless: metadata == .object([]))
        add("to", .array(recipients.map(\.document)), unless: recipients.isEmpty)
        add("priority", .string(lane.rawValue), unless: lane == .normal)
        add("media", JSON((media ?? []).map(\.rawValue).sorted()), unless: media == nil)
        add("expires_at", JSON(expiresAt?.description), unless: expiresAt == nil)
        add("dedupe_key", JSON(dedupeKey), unless: dedupeKey == nil)
        add("reference", JSON(reference), unless: reference == nil)
        return .object(members)
    }

    private static func recipients(_ fields: inout FieldReader) throws(FieldError) -> [Recipient] {
        var recipients: [Recipient] = []
        for (index, element) in (try fields.array("to", atMost: 1000) ?? []).enumerated() {
            recipients.append(try Recipient(element, at: fields.path(of: "to[\(index)]")))
        }
        return recipients
    }

    private static func media(_ fields: inout FieldReader) throws(FieldError) -> Set<Medium>? {
        guard let names = try fields.strings("media", atMost: Medium.allCases.count) else { return nil }
        var media: Set<Medium> = []
        for (index, name) in names.enumerated() {
            guard let medium = Medium(rawValue: name) else {
                throw fields.wrong(
                    "media[\(index)]", "must be one of \(FieldReader.list(Medium.self)), not \"\(name.excerpt)\"")
            }
            media.insert(medium)
        }
        return media
    }

    private static func moment(_ name: String, _ fields: inout FieldReader) throws(FieldError) -> Timestamp? {
        guard let text = try fields.string(name) else { return nil }
        guard let moment = Timestamp(text) else {
            throw fields.wrong(name, "must be a time as in RFC 3339, such as 2030-01-31T12:00:00Z")
        }
        return moment
    }
}

extension Recipient {
    init(_ element: JSON, at path: String) throws(FieldError) {
        var fields = try FieldReader(element, at: path)
        let consumer = try fields.string("consumer")
        let email = try fields.string("email")
        try fields.finish()
        switch (consumer, email) {
        case (let name?, nil): self = .consumer(name)
        case (nil, let address?): self = .email(address)
        default:
            throw FieldError(field: path, problem: "must name either a consumer or an email address")
        }
    }

    var document: JSON {
        switch self {
        case .consumer(let name): ["consumer": .string(name)]
        case .email(let address): ["email": .string(address)]
        }
    }
}
