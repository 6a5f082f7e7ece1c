/// The header fields of a request, in one piece of memory: a request has a dozen of them and a handler reads two or three.
struct HeaderFields: Sendable {
    private struct Field {
        let start: Int
        let nameEnd: Int
        let end: Int
    }

    private var bytes: [UInt8] = []
    private var fields: [Field] = []

    init() {
        bytes.reserveCapacity(384)
        fields.reserveCapacity(8)
    }

    mutating func append(name: some Sequence<UInt8>, value: some Sequence<UInt8>) {
        let start = bytes.count
        bytes.append(contentsOf: name)
        let nameEnd = bytes.count
        bytes.append(contentsOf: value)
        fields.append(Field(start: start, nameEnd: nameEnd, end: bytes.count))
    }

    /// The value of the first field of that name; names are the same in either case (RFC 9110, section 5.1).
    func value(_ name: String) -> String? {
        let wanted = name.utf8
        let field = fields.first { field in
            field.nameEnd - field.start == wanted.count
                && zip(bytes[field.start..<field.nameEnd], wanted).allSatisfy { lowered($0) == lowered($1) }
        }
        return field.map { String(decoding: bytes[$0.nameEnd..<$0.end], as: UTF8.self) }
    }
}

private func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
