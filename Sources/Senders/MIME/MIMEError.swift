/// A message that cannot be written as mail.
public enum MIMEError: Error, Equatable, CustomStringConvertible {
    /// A header's value holds CR, LF or NUL.
    case lineEnd(field: String)
    /// The name of a header holds something other than printable ASCII, or a colon.
    case name
    /// The text holds NUL.
    case nul

    public var description: String {
        switch self {
        case .lineEnd(let field): "\(field) must be one line, without CR, LF or NUL"
        case .name: "a header's name is malformed"
        case .nul: "the text must not hold NUL"
        }
    }

    static func isHeaderSafe(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 != 0x0D && $0 != 0x0A && $0 != 0 }
    }

    static func isHeaderName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
    }
}
