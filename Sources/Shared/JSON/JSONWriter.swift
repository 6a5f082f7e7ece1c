/// Writes JSON text (RFC 8259) directly to bytes, without a tree of values. For documents that are written for each notification.
///
///     var writer = JSONWriter()
///     writer.object { object in
///         object.member("kind", "delivered")
///         object.member("attempt", 1)
///     }
public struct JSONWriter: ~Copyable {
    /// UTF-8.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false
    private var isValueOfMember = false
    private let isIndented: Bool
    private var depth = 0

    /// - Parameters:
    ///   - capacity: the expected size in bytes.
    ///   - isIndented: whether to write each member and element on a line of its own, indented by two spaces for each level.
    public init(capacity: Int = 256, isIndented: Bool = false) {
        self.isIndented = isIndented
        bytes.reserveCapacity(capacity)
    }

    /// An object. The body writes its members.
    public mutating func object(_ body: (inout JSONWriter) -> Void) { enclosed(by: "{", "}", body) }

    /// An array. The body writes its elements.
    public mutating func array(_ body: (inout JSONWriter) -> Void) { enclosed(by: "[", "]", body) }

    /// A member with any value.
    public mutating func member(_ name: String, _ body: (inout JSONWriter) -> Void) {
        separate()
        text(name)
        bytes.append(UInt8(ascii: ":"))
        if isIndented { bytes.append(UInt8(ascii: " ")) }
        isValueOfMember = true
        body(&self)
    }

    /// A member with a text; nothing for nil.
    public mutating func member(_ name: String, _ value: String?) {
        if let value { member(name) { $0.string(value) } }
    }

    public mutating func member(_ name: String, _ value: Int) {
        member(name) { $0.value(.integer(Int64(value))) }
    }

    public mutating func string(_ value: String) {
        separate()
        text(value)
    }

    /// A value with all that it contains. A number that is not finite is written as `null`.
    public mutating func value(_ value: JSON) {
        switch value {
        case .null: literal("null")
        case .bool(let flag): literal(flag ? "true" : "false")
        case .integer(let number): literal("\(number)")
        case .number(let number): literal(number.isFinite ? "\(number)" : "null")
        case .string(let text): string(text)
        case .array(let elements): array { for element in elements { $0.value(element) } }
        case .object(let members): object { for member in members { $0.member(member.name) { $0.value(member.value) } } }
        }
    }

    private mutating func literal(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func enclosed(by open: Unicode.Scalar, _ close: Unicode.Scalar, _ body: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(UInt8(ascii: open))
        needsComma = false
        depth += 1
        body(&self)
        depth -= 1
        if needsComma { breakLine() }
        bytes.append(UInt8(ascii: close))
        needsComma = true
    }

    /// Before each member and each value.
    private mutating func separate() {
        defer {
            needsComma = true
            isValueOfMember = false
        }
        guard !isValueOfMember else { return }
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        if depth > 0 { breakLine() }
    }

    private mutating func breakLine() {
        guard isIndented else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
    }

    private mutating func text(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if Self.isPlain(text.utf8Span.span) {
            bytes.append(contentsOf: text.utf8)
        } else {
            for byte in text.utf8 { escape(byte) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Whether no byte needs an escape. The loop has no early exit, because that is faster.
    private static func isPlain(_ text: Span<UInt8>) -> Bool {
        var escapes = 0
        for index in text.indices {
            let byte = text[index]
            escapes += byte < 0x20 || byte == 0x22 || byte == 0x5C ? 1 : 0
        }
        return escapes == 0
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case 0x22, 0x5C: bytes += [0x5C, byte]
        case 0x0A: bytes += [0x5C, UInt8(ascii: "n")]
        case 0x0D: bytes += [0x5C, UInt8(ascii: "r")]
        case 0x09: bytes += [0x5C, UInt8(ascii: "t")]
        case 0..<0x20:
            let digits = Array("0123456789abcdef".utf8)
            bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        default: bytes.append(byte)
        }
    }
}
