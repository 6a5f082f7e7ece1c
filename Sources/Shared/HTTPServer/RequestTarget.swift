/// The path and the query of a request (RFC 9112, section 3.2.1), percent-decoded after they were taken apart, so that an encoded slash
/// stays inside its segment.
struct RequestTarget: Sendable, Equatable {
    let path: [String]
    let query: [QueryItem]

    struct QueryItem: Sendable, Equatable {
        let name: String
        let value: String
    }

    /// - Parameter raw: the bytes of the request line between method and version.
    /// - Throws: `TargetFault` where it does not begin with a slash, or a percent sign is not followed by two digits, or the text is not
    ///   UTF-8 or holds NUL, which no name has and no database takes.
    init(_ raw: [UInt8]) throws(TargetFault) {
        guard raw.first == UInt8(ascii: "/") else { throw .noPath }
        let mark = raw.firstIndex(of: UInt8(ascii: "?"))
        var path: [String] = []
        for segment in raw[1..<(mark ?? raw.count)].split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let text = Self.decoded(segment, plusIsSpace: false) else { throw .segment(path.count + 1) }
            path.append(text)
        }
        if path == [""] { path = [] }
        var query: [QueryItem] = []
        if let mark {
            for pair in raw[(mark + 1)...].split(separator: UInt8(ascii: "&")) {
                let halves = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
                guard let name = Self.decoded(halves[0], plusIsSpace: true) else { throw .queryName }
                guard let value = Self.decoded(halves.count > 1 ? halves[1] : [], plusIsSpace: true) else {
                    throw .queryValue(of: name)
                }
                query.append(QueryItem(name: name, value: value))
            }
        }
        self.path = path
        self.query = query
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool) -> String? {
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        var rest = bytes
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(hexDigitValue), let low = rest.popFirst().flatMap(hexDigitValue) else {
                    return nil
                }
                plain.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: plain.append(UInt8(ascii: " "))
            default: plain.append(byte)
            }
        }
        return plain.contains(0) ? nil : String(validating: plain, as: UTF8.self)
    }
}

private func hexDigitValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
