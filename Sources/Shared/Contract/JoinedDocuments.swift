/// Several JSON documents in one body: the elements of an array. A header has the length of each, so that each is read byte for byte.
struct JoinedDocuments {
    private let body: [UInt8]
    /// Where the next document begins.
    private var start = 1

    init(_ body: [UInt8]) { self.body = body }

    /// Whether all documents were read.
    var isAtEnd: Bool { start == body.count }

    /// - Returns: the next document; nil where the body is too short for this length.
    mutating func next(length: Int) -> [UInt8]? {
        guard length > 0, length < body.count - start else { return nil }
        defer { start += length + 1 }
        return Array(body[start..<start + length])
    }

    /// The body with these documents, at least one.
    static func body(of documents: some Sequence<[UInt8]>, size: Int) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(size)
        for document in documents {
            body.append(UInt8(ascii: body.isEmpty ? "[" : ","))
            body += document
        }
        body.append(UInt8(ascii: "]"))
        return body
    }
}
