import Testing

@testable import Transfers

@Suite struct MailDialogueTests {
    private func dialogue(_ lines: [String]) -> MailDialogue {
        var dialogue = MailDialogue()
        for line in lines {
            let bytes = Array((line.dropFirst(2) + "\r\n").utf8)
            if line.hasPrefix("> .") {
                dialogue.messageSent()
            } else if line.hasPrefix(">") {
                dialogue.sent(bytes)
            } else {
                dialogue.received(bytes)
            }
        }
        return dialogue
    }

    private func outcome(_ lines: [String], complete: Bool = false) -> Result<MailReply, TransferError> {
        let dialogue = dialogue(lines)
        return dialogue.outcome(
            isComplete: complete, isDenied: false, otherwise: .broken("closed", sentRequest: dialogue.isMessageSent))
    }

    private static let opening = ["< 220 mx", "> EHLO me", "< 250-mx", "< 250 SIZE", "> MAIL FROM:<a@b>", "< 250 ok"]

    @Test func givesTheLastReplyWholeWithoutAddresses() {
        let lines =
            Self.opening + [
                "> RCPT TO:<c@d>", "< 250 ok", "> DATA", "< 354 go", "> .", "< 250-2.0.0 for <c@d>", "< 250 queued as X1",
            ]
        #expect(outcome(lines, complete: true) == .success(MailReply(code: 250, text: "2.0.0 for … queued as X1")))
    }

    @Test(arguments: [
        (["< 554 go away"], MailStage.greeting, 554), (Array(opening[..<2]) + ["< 502 what"], .hello, 502),
        (Array(opening[..<4]) + ["> STARTTLS", "< 454 no"], .startTLS, 454), (Array(opening[..<5]) + ["< 550 no"], .sender, 550),
        (opening + ["> RCPT TO:<c@d>", "< 450 later"], .recipient, 450),
        (opening + ["> RCPT TO:<c@d>", "< 550 no", "> QUIT", "< 221 bye"], .recipient, 550),
        (opening + ["> RCPT TO:<c@d>", "< 250 ok", "> DATA", "< 451 no"], .data, 451),
        (opening + ["> RCPT TO:<c@d>", "< 250 ok", "> DATA", "< 354 go", "> .", "< 552 too big"], .message, 552),
    ])
    func knowsWhereTheRelaySaidNo(_ lines: [String], _ stage: MailStage, _ code: Int) {
        guard case .failure(.refusedByServer(let at, let reply)) = outcome(lines) else {
            Issue.record("not a refusal")
            return
        }
        #expect(at == stage)
        #expect(reply.code == code)
    }

    @Test func isAmbiguousOnlyOnceTheWholeMessageIsOut() {
        let lines = Self.opening + ["> RCPT TO:<c@d>", "< 250 ok", "> DATA", "< 354 go"]
        #expect(outcome(lines) == .failure(.broken("closed", sentRequest: false)))
        #expect(outcome(lines + ["> ."]) == .failure(.broken("closed", sentRequest: true)))
    }

    @Test func takesAClosedConnectionForStaleOnlyBeforeTheMessage() {
        #expect(MailDialogue.isStale(.failure(.broken("", sentRequest: false))))
        #expect(MailDialogue.isStale(.failure(.refusedByServer(.sender, MailReply(code: 421, text: "")))))
        #expect(!MailDialogue.isStale(.failure(.broken("", sentRequest: true))))
        #expect(!MailDialogue.isStale(.failure(.refusedByServer(.sender, MailReply(code: 550, text: "")))))
        #expect(!MailDialogue.isStale(.success(MailReply(code: 250, text: ""))))
    }

    @Test(arguments: ["a@b\r\nRCPT TO:<x@y>", "a@b>", "<a@b", "a b@c", "a@b\u{0}"])
    func letsNoAddressOutOfItsBrackets(_ address: String) {
        #expect(!MailDialogue.isEnvelope("ok@example.org", [address]))
        #expect(!MailDialogue.isEnvelope(address, ["ok@example.org"]))
    }

    @Test func knowsTheNullSenderButNoNullRecipient() {
        #expect(MailDialogue.isEnvelope("", ["a@b"]))
        #expect(!MailDialogue.isEnvelope("a@b", [""]))
        #expect(!MailDialogue.isEnvelope("a@b", []))
    }
}
