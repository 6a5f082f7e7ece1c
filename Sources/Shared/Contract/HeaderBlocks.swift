import Broker

/// The text of a header with many values: lines of `name=value` in blocks with an empty line between them, which an operator can read on a
/// parked message.
///
/// One header and not ten, because the broker takes each apart and puts it together again at every step
/// (`docs/decisions/0010-one-header.md`).
struct HeaderWriter {
    private(set) var text = ""

    init(capacity: Int) { text.reserveCapacity(capacity) }

    mutating func beginBlock() { if !text.isEmpty { text += "\n" } }

    /// - Parameter value: without a line feed; nil is left out.
    mutating func add(_ name: String, _ value: String?) {
        guard let value else { return }
        text += name
        text += "="
        text += value
        text += "\n"
    }
}

/// One block of such a header, as it is read.
struct HeaderBlock {
    private let header: String
    private let lines: [(name: Substring.UTF8View, value: Substring.UTF8View)]

    /// - Throws: `ContractError` where there is no such header.
    static func blocks(of header: String, in properties: MessageProperties) throws(ContractError) -> [HeaderBlock] {
        guard let text = properties.string(header) else { throw .property(name: header, problem: "is absent") }
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return lines.split(whereSeparator: \.isEmpty).map { HeaderBlock(header, $0) }
    }

    private init(_ header: String, _ lines: ArraySlice<Substring.UTF8View>) {
        self.header = header
        self.lines = lines.compactMap { line in
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            return (line[..<equals], line[line.index(after: equals)...])
        }
    }

    /// A value; nil where there is none.
    subscript(_ name: String) -> String? {
        lines.first { $0.name.elementsEqual(name.utf8) }.flatMap { String(Substring($0.value)) }
    }

    /// A number; nil where there is none.
    func integer(_ name: String) -> Int64? { self[name].flatMap { Int64($0) } }

    /// A value in a form that its type reads.
    func require<Value>(_ name: String, _ read: (String) -> Value?) throws(ContractError) -> Value {
        guard let text = self[name] else { throw .property(name: "\(header): \(name)", problem: "is absent") }
        guard let value = read(text) else { throw .property(name: "\(header): \(name)", problem: "is not well formed") }
        return value
    }
}
