import Senders
import Transfers

/// What a relay's answer means. A relay that accepts a mail forwards it, and does not report whether it is delivered.
enum MailVerdict {
    static func verdict(_ reply: MailReply) -> Verdict { .sent(reference: queueID(in: reply.text)) }

    static func verdict(_ error: TransferError) -> Verdict {
        switch error {
        case .invalid(let why): .unsendable(why: why)
        case .overloaded: .deferred(why: .busy)
        case .refusedByServer(let stage, let reply): verdict(stage, reply, why: error.description)
        default: error.mayHaveArrived ? .unknown(why: error.description) : .unavailable(why: error.description)
        }
    }

    /// A reply to the recipient or the message is about them. An earlier reply, or 421, is about the relay and us, and another relay may
    /// reply differently (RFC 5321, section 4.2).
    private static func verdict(_ stage: MailStage, _ reply: MailReply, why: String) -> Verdict {
        if reply.code == 421 { return .unavailable(why: why) }
        switch stage {
        case .greeting, .hello, .startTLS, .authentication, .sender: return .unavailable(why: why)
        case .recipient, .data, .message: return reply.code < 500 ? .retry(after: nil, why: why) : .refused(why: why)
        }
    }

    /// The relay's queue id, in the formats of the common servers: "queued as 4F1A2" (Postfix),
    /// "queued mail for delivery", "OK id=1tDx…" (Exim), "Message accepted for delivery" after the id (Sendmail).
    static func queueID(in text: String) -> String? {
        let match =
            text.firstMatch(of: /queued as ([A-Za-z0-9.\-]+)/)?.1 ?? text.firstMatch(of: /\bid=([A-Za-z0-9.\-]+)/)?.1
            ?? text.firstMatch(of: /([A-Za-z0-9]{10,}) Message accepted for delivery/)?.1
        return match.map { String($0.prefix(100)) }
    }
}
