import Broker

/// The text of a header with many values: lines of `name=value` in blocks with an empty line between them, which an operator can read on a
/// parked message.
///
/// One header and not ten, because the broker decodes and encodes each header at every step
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
    /// The positions of a line's parts in the text.
    private struct Line {
        let name: Range<Int>
        let value: Range<Int>
    }

    private let header: String
    /// Shared by all blocks, as are the lines.
    private let text: [UInt8]
    private let lines: ArraySlice<Line>

    /// - Throws: `ContractError` where there is no such header.
    static func blocks(of header: String, in properties: MessageProperties) throws(ContractError) -> [HeaderBlock] {
        guard let string = properties.string(header) else { throw .property(name: header, problem: "is absent") }
        let text = Array(string.utf8)
        var lines: [Line] = []
        var ends: [Int] = []
        var start = 0
        while start < text.count {
            let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
            if end == start {
                ends.append(lines.count)
            } else if let equals = text[start..<end].firstIndex(of: UInt8(ascii: "=")) {
                lines.append(Line(name: start..<equals, value: equals + 1..<end))
            }
            start = end + 1
        }
        ends.append(lines.count)
        var blocks: [HeaderBlock] = []
        blocks.reserveCapacity(ends.count)
        var first = 0
        for end in ends where end > first {
            blocks.append(HeaderBlock(header: header, text: text, lines: lines[first..<end]))
            first = end
        }
        return blocks
    }

    /// A value; nil where there is none.
    subscript(_ name: String) -> String? {
        let name = name.utf8
        let line = lines.first { $0.name.count == name.count && text[$0.name].elementsEqual(name) }
        return line.map { String(decoding: text[$0.value], as: UTF8.self) }
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
