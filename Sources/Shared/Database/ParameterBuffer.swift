/// The parameters of one call in one buffer, each terminated by a zero byte, as libpq's text format requires.
struct ParameterBuffer {
    private(set) var bytes: [UInt8] = []
    /// The offset of each parameter; nil is null.
    private(set) var starts: [Int?] = []
    /// The length of each in bytes; libpq ignores it for text.
    private(set) var lengths: [Int32] = []
    /// The format of each: 1 is binary, 0 is text.
    private(set) var formats: [Int32] = []

    /// nil if a text contains U+0000, which PostgreSQL cannot store.
    init?(_ values: [DatabaseValue]) {
        starts.reserveCapacity(values.count)
        lengths.reserveCapacity(values.count)
        formats.reserveCapacity(values.count)
        bytes.reserveCapacity(values.reduce(0) { $0 + Self.size($1) })
        for value in values {
            guard append(value) else { return nil }
        }
    }

    private mutating func append(_ value: DatabaseValue) -> Bool {
        let start = bytes.count
        var format: Int32 = 0
        switch value {
        case .null: break
        case .bool(let flag): bytes.append(UInt8(ascii: flag ? "t" : "f"))
        case .integer(let number): DecimalText.write(number, to: &bytes)
        case .bytes(let value): ByteaText.write(value, to: &bytes)
        case .text(let text):
            if text.utf8.contains(0) { return false }
            bytes.append(contentsOf: text.utf8)
        case .array(let literal):
            if literal.holdsZero { return false }
            bytes.append(contentsOf: literal.bytes)
            bytes.append(UInt8(ascii: "}"))
        case .binaryArray(let array):
            format = 1
            array.write(to: &bytes)
        }
        starts.append(value == .null ? nil : start)
        lengths.append(Int32(clamping: bytes.count - start))
        formats.append(format)
        bytes.append(0)
        return true
    }

    /// An upper bound, in bytes.
    private static func size(_ value: DatabaseValue) -> Int {
        switch value {
        case .null: 1
        case .bool: 2
        case .integer: 21
        case .text(let text): text.utf8.count + 1
        case .bytes(let bytes): 2 * bytes.count + 3
        case .array(let literal): literal.bytes.count + 2
        case .binaryArray(let array): array.size + 1
        }
    }
}
