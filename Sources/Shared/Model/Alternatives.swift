public import JSON

/// The endpoints that are tried, one after the other, if a notification fails: the rest of its consumer's line (`EndpointOrder`).
///
/// They are encoded once, and travel with the notification until it has succeeded or failed.
public struct Alternatives: Sendable, Equatable {
    /// At least one, the next one first.
    public let endpoints: [Endpoint]
    /// A JSON array of endpoints (RFC 8259), UTF-8. The same endpoints have the same bytes.
    public let encoded: [UInt8]

    /// nil if there are no endpoints.
    public init?(_ endpoints: some Collection<Endpoint>) {
        guard !endpoints.isEmpty else { return nil }
        self.endpoints = Array(endpoints)
        encoded = JSON.array(endpoints.map(\.document)).encoded()
    }

    /// Reads the bytes of `encoded`.
    ///
    /// - Throws: `FieldError`; never worth a retry.
    public init(encoded: [UInt8]) throws(FieldError) {
        guard case .array(let elements)? = try? JSON(parsing: encoded), !elements.isEmpty else {
            throw FieldError(field: "alternatives", problem: "must be an array of endpoints")
        }
        endpoints = try elements.map { (element) throws(FieldError) in try Endpoint(element) }
        self.encoded = encoded
    }

    public static func == (left: Self, right: Self) -> Bool { left.encoded == right.encoded }
}

extension Endpoint {
    fileprivate var document: JSON {
        [
            "id": .string(id.description), "medium": .string(medium.rawValue), "address": .string(address),
            "parameters": parameters.isEmpty ? .null : parameters.document,
        ]
    }

    fileprivate init(_ document: JSON) throws(FieldError) {
        var fields = try FieldReader(document, at: "alternatives")
        guard let id = EndpointID(try fields.requiredString("id")) else { throw fields.wrong("id", "must be a UUID") }
        guard let medium = Medium(rawValue: try fields.requiredString("medium")) else {
            throw fields.wrong("medium", "must be the name of a medium")
        }
        let address = try fields.requiredString("address")
        guard let parameters = fields.value("parameters").map({ EndpointParameters($0) }) ?? EndpointParameters() else {
            throw fields.wrong("parameters", "must be an object of strings")
        }
        try fields.finish()
        self.init(id: id, medium: medium, address: address, parameters: parameters)
    }
}
