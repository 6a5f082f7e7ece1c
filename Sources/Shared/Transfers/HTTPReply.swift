/// An HTTP response, whatever its status.
public struct HTTPReply: Sendable {
    public let status: Int
    /// As much of the body as the call's limit let in; empty if the call does not keep it.
    public let body: [UInt8]
    /// Whether the body was longer than the call's limit.
    public let isTruncated: Bool
    /// How long the server asks to be left alone (`Retry-After`, RFC 9110, section 10.2.3), given as seconds or as a date; nil if it does not,
    /// or if the date is over.
    public let retryAfter: Duration?
    /// The header lines as they came, each with its line end. Most callers look at one header or none, so they are read on demand.
    private let headerBlock: [UInt8]

    public init(status: Int, headerBlock: [UInt8], body: [UInt8] = [], isTruncated: Bool = false, retryAfter: Duration? = nil) {
        self.status = status
        self.retryAfter = retryAfter
        self.headerBlock = headerBlock
        self.body = body
        self.isTruncated = isTruncated
    }

    /// All headers in their order, names in lower case, values without the white space around them.
    public var headers: [(name: String, value: String)] {
        headerBlock.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            let value = line[(colon + 1)...].trimmingPrefix(while: Self.isBlank)
            let end = value.lastIndex { !Self.isBlank($0) }.map { $0 + 1 } ?? value.startIndex
            return (String(decoding: line[..<colon], as: UTF8.self).lowercased(), String(decoding: value[..<end], as: UTF8.self))
        }
    }

    /// The first header of this name, which must be in lower case.
    public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
}
