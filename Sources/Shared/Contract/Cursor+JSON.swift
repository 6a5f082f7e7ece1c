import JSON
import Model

extension Cursor {
    /// The body of a cursor's message. The content is a string in it, so that its bytes do not change.
    var document: JSON {
        let shared: JSON = [
            "request": .string(request.description), "service": .string(tenant.text), "lane": .string(lane.rawValue),
            "reference": JSON(reference), "channels": JSON(audience.channels), "consumers": JSON(audience.consumers),
            "watermark": .integer(audience.watermark), "medium": .string(medium.rawValue),
            "accepted_at": acceptedAt.map { .integer($0.milliseconds) } ?? .null,
            "expires_at": expiresAt.map { .integer($0.milliseconds) } ?? .null, "part": .integer(Int64(part)),
            "parts": .integer(Int64(parts)), "after": .integer(after), "through": .integer(through),
            "notifications": .integer(Int64(notifications)), "digest": .string(content.digest),
            "content": .string(String(decoding: content.bytes, as: UTF8.self)),
        ]
        guard let order, case .object(let members) = shared else { return shared }
        return .object(members + [JSON.Member("first_of", JSON(order.media.map(\.rawValue)))])
    }

    init(_ document: JSON, traceparent: String?) throws(FieldError) {
        var fields = try FieldReader(document)
        guard let request = RequestID(try fields.requiredString("request")) else {
            throw fields.wrong("request", "must be a UUID")
        }
        guard let tenant = TenantName(try fields.requiredString("service")) else {
            throw fields.wrong("service", "must be a service")
        }
        guard let medium = try fields.formed("medium", Medium.init(rawValue:)) else {
            throw fields.wrong("medium", "is required")
        }
        self.init(
            request: request, tenant: tenant, lane: try fields.choice("lane", Lane.self) ?? .normal,
            reference: try fields.string("reference"),
            acceptedAt: try fields.integer("accepted_at", in: 0...Int64.max).map { Timestamp(milliseconds: $0) },
            traceparent: traceparent,
            audience: Audience(
                channels: try fields.numbers("channels"), consumers: try fields.numbers("consumers"),
                watermark: try fields.number("watermark")),
            medium: medium, order: try fields.order("first_of"),
            expiresAt: try fields.integer("expires_at", in: 0...Int64.max).map { Timestamp(milliseconds: $0) },
            part: Int(try fields.number("part")), parts: Int(try fields.number("parts")), after: try fields.number("after"),
            through: try fields.number("through"), notifications: Int(try fields.number("notifications")),
            content: EncodedContent(
                bytes: Array(try fields.requiredString("content").utf8), digest: try fields.requiredString("digest")))
        try fields.finish()
    }
}

extension JSON {
    fileprivate init(_ numbers: [Int64]) { self = .array(numbers.map { .integer($0) }) }
}

extension FieldReader {
    fileprivate mutating func number(_ name: String) throws(FieldError) -> Int64 {
        guard let number = try integer(name, in: Int64.min...Int64.max) else { throw wrong(name, "is required") }
        return number
    }

    fileprivate mutating func order(_ name: String) throws(FieldError) -> EndpointOrder? {
        guard let names = try strings(name, atMost: .max) else { return nil }
        return EndpointOrder(
            try names.map { (text) throws(FieldError) in
                guard let medium = Medium(rawValue: text) else { throw wrong(name, "must hold media") }
                return medium
            })
    }

    fileprivate mutating func numbers(_ name: String) throws(FieldError) -> [Int64] {
        try (array(name, atMost: .max) ?? []).map { (element: JSON) throws(FieldError) -> Int64 in
            guard case .integer(let number) = element else { throw wrong(name, "must hold whole numbers") }
            return number
        }
    }
}
