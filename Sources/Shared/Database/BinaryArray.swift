/// An array in PostgreSQL's binary format, built element by element in one buffer. The server does not parse it, which is most of the cost
/// of a text array. For bulk inserts of thousands of rows.
///
/// The statement must cast the parameter to the array's type: `$1::uuid[]`.
public struct BinaryArray: Sendable, Equatable {
    /// The OID of the element type in `pg_type`.
    public enum Element: UInt32, Sendable {
        case uuid = 2950
        case text = 25
        /// `int`.
        case integer = 23
        /// `timestamptz`.
        case moment = 1184
    }

    public let element: Element
    public private(set) var count = 0
    private var holdsNull = false
    /// For each element, its length and its bytes.
    private var body: [UInt8] = []

    /// - Parameter capacity: the expected number of elements.
    public init(of element: Element, capacity: Int = 0) {
        self.element = element
        let length =
            switch element {
            case .uuid, .text: 16
            case .moment: 8
            case .integer: 4
            }
        body.reserveCapacity(capacity * (4 + length))
    }

    /// A text; nil is null.
    public mutating func append(_ text: String?) {
        precondition(element == .text)
        guard let text else { return appendNull() }
        begin(length: text.utf8.count)
        body.append(contentsOf: text.utf8)
    }

    /// The two halves of a UUID.
    public mutating func append(high: UInt64, low: UInt64) {
        precondition(element == .uuid)
        begin(length: 16)
        NetworkOrder.write(high, to: &body)
        NetworkOrder.write(low, to: &body)
    }

    /// A number; nil is null.
    public mutating func append(_ number: Int32?) {
        precondition(element == .integer)
        guard let number else { return appendNull() }
        begin(length: 4)
        NetworkOrder.write(UInt32(bitPattern: number), to: &body)
    }

    /// - Parameter milliseconds: since 1970-01-01T00:00:00Z. The server rejects a moment outside of PostgreSQL's range.
    public mutating func append(milliseconds: Int64) {
        precondition(element == .moment)
        begin(length: 8)
        NetworkOrder.write(UInt64(bitPattern: Self.microseconds(milliseconds)), to: &body)
    }

    /// Writes the array: number of dimensions, whether it has nulls, element type, length, first index, elements.
    func write(to bytes: inout [UInt8]) {
        for number in [1, holdsNull ? 1 : 0, element.rawValue, UInt32(count), 1] { NetworkOrder.write(number, to: &bytes) }
        bytes.append(contentsOf: body)
    }

    /// The size in bytes.
    var size: Int { 20 + body.count }

    private mutating func begin(length: Int) {
        count += 1
        NetworkOrder.write(UInt32(length), to: &body)
    }

    private mutating func appendNull() {
        count += 1
        holdsNull = true
        NetworkOrder.write(UInt32.max, to: &body)
    }

    /// Microseconds since 2000-01-01, PostgreSQL's epoch. The largest and the smallest value mean infinity there, so an overflow becomes the
    /// value next to them.
    private static func microseconds(_ milliseconds: Int64) -> Int64 {
        let (sum, isBefore) = milliseconds.subtractingReportingOverflow(946_684_800_000)
        let (product, isBeyond) = sum.multipliedReportingOverflow(by: 1000)
        guard isBefore || isBeyond else { return product }
        return milliseconds < 0 ? .min + 1 : .max - 1
    }
}

/// Integers in network byte order.
enum NetworkOrder {
    static func write(_ number: some FixedWidthInteger & UnsignedInteger, to bytes: inout [UInt8]) {
        for shift in stride(from: number.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}
