/// A JSON value (RFC 8259). Objects keep the order of their members.
public enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([Member])

    /// One name and value of an object.
    public struct Member: Sendable, Equatable {
        public var name: String
        public var value: JSON

        public init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// Reads one document.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8 text of one JSON value. A repeated name in an object, `\u0000` and an integer beyond 64 bits are refused.
    ///   - allowsNUL: whether a text may hold `\u0000` all the same; a name never may.
    /// - Throws: `JSONSyntaxError` with line and column. Never worth a retry.
    public init(parsing bytes: [UInt8], allowingNUL allowsNUL: Bool = false) throws(JSONSyntaxError) {
        self = try JanssonHandle.parse(bytes, allowingNUL: allowsNUL)
    }

    /// The document as compact UTF-8 text. A number that is not finite is written as `null`.
    public func encoded() -> [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }

    /// The document for people: one member a line, indented by two spaces, with a line feed at the end.
    public func prettyPrinted() -> String {
        var writer = JSONWriter(isIndented: true)
        writer.value(self)
        return String(decoding: writer.bytes, as: UTF8.self) + "\n"
    }

    /// The member of an object; nil if this is not an object or has no such member.
    public subscript(_ name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The element of an array; nil if this is not an array or the index is out of range.
    public subscript(_ index: Int) -> JSON? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    public var stringValue: String? { if case .string(let value) = self { value } else { nil } }
    public var integerValue: Int64? { if case .integer(let value) = self { value } else { nil } }
    public var arrayValue: [JSON]? { if case .array(let value) = self { value } else { nil } }
    public var objectValue: [Member]? { if case .object(let value) = self { value } else { nil } }

    /// The type of the value for messages, with its article: "a string", "an array", …
    public var kindWithArticle: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(elements.map { Member($0.0, $0.1) }) }
}

extension JSON {
    /// A string, or `null` for nil.
    public init(_ text: String?) { self = text.map { .string($0) } ?? .null }

    /// An integer, or `null` for nil.
    public init(_ number: Int?) { self = number.map { .integer(Int64($0)) } ?? .null }

    /// An array of strings.
    public init(_ texts: [String]) { self = .array(texts.map { .string($0) }) }
}

/// Text that is not valid JSON, with the position of the error.
public struct JSONSyntaxError: Error, Equatable, CustomStringConvertible {
    /// From 1.
    public let line: Int
    /// In characters, from 1.
    public let column: Int
    public let problem: String

    public var description: String { "not valid JSON: \(problem) (line \(line), column \(column))" }
}
