public import JSON

extension Request {
    /// Reads the document of `posthorn.request.v1`.
    ///
    /// - Parameter known: the media that a request may name.
    /// - Throws: `FieldError`, which names the field and the fix. A retry with the same document fails as well.
    public init(_ document: JSON, known: Media = .posthorn) throws(FieldError) {
        var fields = try FieldReader(document)
        channels = try fields.strings("channel", atMost: 100) ?? []
        text = try fields.strings("text", atMost: 100) ?? []
        files = try fields.strings("files", atMost: 20) ?? []
        timestamp = try fields.integer("timestamp", in: Timestamp.writableSeconds).map { Timestamp(seconds: $0) }
        metadata = fields.value("metadata") ?? .object([])
        recipients = try Self.recipients(&fields, known)
        lane = try fields.choice("priority", Lane.self) ?? .normal
        media = try fields.media("media", among: known)
        delivery = try fields.choice("delivery", DeliveryMode.self) ?? .all
        expiresAt = try Self.moment("expires_at", &fields)
        dedupeKey = try fields.string("dedupe_key")
        reference = try fields.string("reference")
        try fields.finish()
        try validate(known: known)
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
        // Without a preference their order makes no difference, so that a repeat in another order is the same request.
        let media = self.media.map { $0.map(\.rawValue) }
        add("media", JSON((delivery == .all ? media?.sorted() : media) ?? []), unless: media == nil)
        add("delivery", .string(delivery.rawValue), unless: delivery == .all)
        add("expires_at", JSON(expiresAt?.description), unless: expiresAt == nil)
        add("dedupe_key", JSON(dedupeKey), unless: dedupeKey == nil)
        add("reference", JSON(reference), unless: reference == nil)
        return .object(members)
    }

    private static func recipients(_ fields: inout FieldReader, _ known: Media) throws(FieldError) -> [Recipient] {
        var recipients: [Recipient] = []
        for (index, element) in (try fields.array("to", atMost: 1000) ?? []).enumerated() {
            recipients.append(try Recipient(element, at: fields.path(of: "to[\(index)]"), known))
        }
        return recipients
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
    init(_ element: JSON, at path: String, _ known: Media) throws(FieldError) {
        var fields = try FieldReader(element, at: path)
        var named: [Recipient] = []
        if let name = try fields.string("consumer") { named.append(.consumer(name)) }
        let addressable = known.descriptions.filter(\.isAddressable).map(\.medium)
        for medium in addressable {
            if let address = try fields.string(medium.rawValue) { named.append(.address(address, on: medium)) }
        }
        try fields.finish()
        guard named.count == 1 else {
            let names = (["consumer"] + addressable.map(\.rawValue)).joined(separator: ", ")
            throw FieldError(field: path, problem: "must have exactly one of \(names)")
        }
        self = named[0]
    }

    var document: JSON {
        switch self {
        case .consumer(let name): ["consumer": .string(name)]
        case .address(let address, let medium): .object([JSON.Member(medium.rawValue, .string(address))])
        }
    }
}
