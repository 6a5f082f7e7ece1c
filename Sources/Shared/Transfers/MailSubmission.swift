/// One message to be handed to a relay (RFC 5321).
public struct MailSubmission: Sendable {
    public let relay: MailRelay
    /// The envelope's sender; empty for the null sender.
    public let sender: String
    /// The envelope's recipients. If the relay refuses one of them, the message goes to none.
    public let recipients: [String]
    /// The message of RFC 5322 with CRLF line ends. Lines that begin with a dot need no care.
    public let message: [UInt8]
    /// For the whole hand-over, connecting included.
    public let timeout: Duration
    public let connectTimeout: Duration

    public init(
        relay: MailRelay, sender: String, recipients: [String], message: [UInt8], timeout: Duration = .seconds(60),
        connectTimeout: Duration = .seconds(10)
    ) {
        self.relay = relay
        self.sender = sender
        self.recipients = recipients
        self.message = message
        self.timeout = timeout
        self.connectTimeout = connectTimeout
    }
}

/// An SMTP reply (RFC 5321, section 4.2).
public struct MailReply: Sendable, Equatable {
    /// 200–599.
    public let code: Int
    /// What the server said, lines joined by a space. Words that contain an `@` are redacted, so that it may be shown and logged.
    public let text: String

    public init(code: Int, text: String) {
        self.code = code
        self.text = text
    }
}
