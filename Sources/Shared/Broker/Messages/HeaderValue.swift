/// The value of a message header.
public enum HeaderValue: Sendable, Equatable {
    case string(String)
    case integer(Int64)
    case bool(Bool)
}

/// One message header.
public struct Header: Sendable, Equatable {
    public let name: String
    public let value: HeaderValue

    public init(_ name: String, _ value: HeaderValue) {
        self.name = name
        self.value = value
    }

    public init(_ name: String, _ text: String) { self.init(name, .string(text)) }
    public init(_ name: String, _ number: Int) { self.init(name, .integer(Int64(number))) }
    public init(_ name: String, _ flag: Bool) { self.init(name, .bool(flag)) }
}
