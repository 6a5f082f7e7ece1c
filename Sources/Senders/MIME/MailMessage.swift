/// A mail with a text (RFC 5322, RFC 2045).
public struct MailMessage: Sendable {
    public var from: Mailbox
    public var to: Mailbox
    public var subject: String
    /// Unix seconds.
    public var date: Int64
    /// Without its angle brackets: `unique@domain`.
    public var messageID: String
    public var text: String
    /// Further headers, such as `Auto-Submitted`.
    public var headers: [(name: String, value: String)]

    public init(
        from: Mailbox, to: Mailbox, subject: String, date: Int64, messageID: String, text: String,
        headers: [(name: String, value: String)] = []
    ) {
        self.from = from
        self.to = to
        self.subject = subject
        self.date = date
        self.messageID = messageID
        self.text = text
        self.headers = headers
    }

    /// The message as it travels: all of it in ASCII lines that end with CRLF, words of headers encoded by RFC 2047, the text in UTF-8 as it
    /// is, quoted-printable or base64, whichever fits it. May be called on any thread.
    ///
    /// - Throws: `MIMEError` for a field that could break out of its header. Never worth a retry.
    public func encoded() throws(MIMEError) -> [UInt8] {
        let bound = [
            ("From", from.name ?? ""), ("From", from.address), ("To", to.name ?? ""), ("To", to.address), ("Subject", subject),
            ("Message-ID", messageID),
        ]
        for (field, value) in bound + headers.map({ ($0.name, $0.value) }) where !MIMEError.isHeaderSafe(value) {
            throw .lineEnd(field: field)
        }
        for header in headers where !MIMEError.isHeaderName(header.name) { throw .name }
        guard !text.utf8.contains(0) else { throw .nul }
        return GMimeHandle.encode(self)
    }
}
