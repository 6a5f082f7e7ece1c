/// A name and an email address, as in `Ada Lovelace <ada@example.org>`.
public struct Mailbox: Sendable, Equatable {
    public let name: String?
    public let address: String

    public init(name: String? = nil, address: String) {
        self.name = name
        self.address = address
    }

    /// Reads one mailbox (RFC 5322, section 3.4): `Name <user@domain>` or `user@domain`; nil for anything else.
    public init?(_ text: String) {
        guard MIMEError.isHeaderSafe(text), let mailbox = GMimeHandle.mailbox(text), mailbox.address.contains("@") else {
            return nil
        }
        self = mailbox
    }

    /// The part after the last `@`.
    public var domain: String {
        String(address[(address.lastIndex(of: "@").map(address.index(after:)) ?? address.startIndex)...])
    }
}
