/// Follows an SMTP dialogue from the lines that are sent and received, to know at its end how far it came and what the relay replied.
///
/// Pure.
struct MailDialogue {
    private(set) var stage = MailStage.greeting
    /// Whether all of the message went out, so that the relay may have taken it.
    private(set) var isMessageSent = false
    private var code = 0
    private var lines: [String] = []
    private var isReplyComplete = false
    /// After `QUIT`, which follows a refusal, nothing that is said matters.
    private var isOver = false

    /// A command, of which the first bytes are enough. Lines of an authentication name no command and belong to the stage before.
    mutating func sent(_ command: [UInt8]) {
        guard !isOver else { return }
        switch String(decoding: command.prefix(4), as: UTF8.self).uppercased() {
        case "EHLO", "HELO": stage = .hello
        case "STAR": stage = .startTLS
        case "AUTH": stage = .authentication
        case "MAIL": stage = .sender
        case "RCPT": stage = .recipient
        case "DATA": stage = .data
        case "QUIT":
            isOver = true
            return
        default: break
        }
        forgetReply()
    }

    mutating func messageSent() {
        stage = .message
        isMessageSent = true
        forgetReply()
    }

    /// One line of a reply: `250-…` if more follow, `250 …` if not.
    mutating func received(_ line: [UInt8]) {
        guard !isOver else { return }
        if isReplyComplete { forgetReply() }
        let text = String(decoding: line, as: UTF8.self)
        guard let code = Int(text.prefix(3)), (200...599).contains(code) else { return }
        self.code = code
        lines.append(Self.redacted(text.dropFirst(4)))
        isReplyComplete = !text.dropFirst(3).hasPrefix("-")
    }

    /// The end of the dialogue.
    ///
    /// - Parameters:
    ///   - isComplete: the relay has taken the message.
    ///   - isDenied: the relay has not taken user and password.
    ///   - failure: what it was if the relay's replies do not show it.
    func outcome(isComplete: Bool, isDenied: Bool, otherwise failure: @autoclosure () -> TransferError)
        -> Result<MailReply, TransferError>
    {
        let reply = MailReply(code: code, text: lines.joined(separator: " "))
        if isComplete { return .success(reply) }
        if isDenied { return .failure(.authenticationFailed(reply)) }
        return .failure(code >= 400 ? .refusedByServer(stage, reply) : failure())
    }

    /// Whether this is what a kept connection gives that the relay has closed in the meantime.
    static func isStale(_ result: Result<MailReply, TransferError>) -> Bool {
        switch result {
        case .failure(.broken(_, sentRequest: false)): true
        case .failure(.refusedByServer(.greeting, let reply)), .failure(.refusedByServer(.sender, let reply)): reply.code == 421
        default: false
        }
    }

    /// Whether these addresses can be written between the brackets of an envelope.
    static func isEnvelope(_ sender: String, _ recipients: [String]) -> Bool {
        !recipients.isEmpty && !recipients.contains("")
            && (recipients + [sender]).allSatisfy { address in
                address.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }
            }
    }

    private mutating func forgetReply() {
        (code, lines, isReplyComplete) = (0, [], false)
    }

    /// Servers like to repeat the address that they talk about.
    private static func redacted(_ text: Substring) -> String {
        text.split(whereSeparator: \.isWhitespace).map { $0.contains("@") ? "…" : String($0.prefix(200)) }.joined(separator: " ")
    }
}
