import MIME
import Runtime
import Senders
import Synchronization
import Testing
import Transfers

@testable import EmailSender

@Suite struct MailVerdictTests {
    private func refusal(_ stage: MailStage, _ code: Int) -> String {
        let error = TransferError.refusedByServer(stage, MailReply(code: code, text: "x"))
        return switch MailVerdict.verdict(error) {
        case .retry: "retry"
        case .refused: "refused"
        case .unavailable: "unavailable"
        default: "other"
        }
    }

    @Test(arguments: [
        (MailStage.recipient, 450, "retry"), (.recipient, 451, "retry"), (.recipient, 452, "retry"), (.recipient, 550, "refused"),
        (.recipient, 421, "unavailable"), (.data, 451, "retry"), (.data, 554, "refused"), (.message, 451, "retry"),
        (.message, 552, "refused"), (.message, 421, "unavailable"), (.sender, 530, "unavailable"), (.sender, 451, "unavailable"),
        (.greeting, 554, "unavailable"), (.hello, 502, "unavailable"), (.startTLS, 454, "unavailable"),
    ])
    func distinguishesTheRecipientsFaultFromTheRelays(_ stage: MailStage, _ code: Int, _ expected: String) {
        #expect(refusal(stage, code) == expected)
    }

    @Test func skipsARelayOnlyIfItCertainlyDidNotTakeTheMail() {
        for error in [
            TransferError.resolveFailed, .connectFailed("x"), .tlsFailed("x"), .timedOut(sentRequest: false),
            .authenticationFailed(MailReply(code: 535, text: "x")), .broken("x", sentRequest: false), .closed,
        ] {
            #expect(MailVerdict.verdict(error) == .unavailable(why: error.description))
        }
        #expect(MailVerdict.verdict(.overloaded) == .deferred(why: .busy))
        for error in [
            TransferError.timedOut(sentRequest: true), .broken("x", sentRequest: true), .malformedReply(sentRequest: true),
        ] {
            #expect(MailVerdict.verdict(error) == .unknown(why: error.description))
        }
    }

    @Test(arguments: [
        ("2.0.0 Ok: queued as 4F1A2B3C", "4F1A2B3C"), ("OK id=1tDxAb-0000ab-CD", "1tDxAb-0000ab-CD"),
        ("2.0.0 4BLMDKb1012345 Message accepted for delivery", "4BLMDKb1012345"), ("OK", nil), ("", nil),
    ])
    func findsTheIDOfTheQueue(_ text: String, _ id: String?) {
        #expect(MailVerdict.verdict(MailReply(code: 250, text: text)) == .sent(reference: id))
    }
}

@Suite("Whether a relay can be reached", .timeLimit(.minutes(1)))
struct RelayStandingTests {
    /// A relay that answers when the test lets it.
    private final class Relay: Sendable {
        private let questions = Mutex<[@Sendable (Bool) -> Void]>([])

        var asked: Int { questions.withLock { $0.count } }

        func ask(_ answer: @escaping @Sendable (Bool) -> Void) { questions.withLock { $0.append(answer) } }

        func answer(_ isThere: Bool) { for answer in questions.withLock({ $0 }) { answer(isThere) } }
    }

    private func found(_ standing: RelayStanding) async -> RelayStanding.Standing {
        await withCheckedContinuation { continuation in standing.find { continuation.resume(returning: $0) } }
    }

    @Test func `many callers share one probe, and all receive the answer`() async {
        let relay = Relay()
        let standing = RelayStanding(ask: relay.ask)
        let standings = AsyncStream { stream in for _ in 0..<10 { standing.find { stream.yield($0) } } }
        #expect(relay.asked == 1)
        relay.answer(true)
        var answers = standings.makeAsyncIterator()
        for _ in 0..<10 { #expect(await answers.next() == .there) }
        #expect(await found(standing) == .there)
        #expect(relay.asked == 1)
    }

    @Test func `no caller waits longer than the limit, and a late yes is for later callers`() async {
        let relay = Relay()
        let standing = RelayStanding(ask: relay.ask)
        #expect(await found(standing) == .connecting)
        // The wait for this probe is over.
        #expect(await found(standing) == .connecting)
        #expect(relay.asked == 1)
        relay.answer(true)
        #expect(await found(standing) == .there)
    }

    @Test func `after a no it is probed again, and is absent until it has replied`() async {
        let relay = Relay()
        let standing = RelayStanding(ask: relay.ask)
        #expect(await found(standing) == .connecting)
        relay.answer(false)
        #expect(await found(standing) == .absent)
        #expect(relay.asked == 2)
        standing.note(.success(MailReply(code: 250, text: "ok")))
        #expect(await found(standing) == .there)
        standing.note(.failure(.timedOut(sentRequest: false)))
        #expect(await found(standing) == .connecting)
    }

    @Test func `one that has not replied for a minute is probed`() async {
        let relay = Relay()
        let standing = RelayStanding(ask: relay.ask)
        standing.note(.success(MailReply(code: 250, text: "ok")), at: .now - RelayStanding.memory)
        #expect(await found(standing) == .connecting)
        #expect(relay.asked == 1)
    }
}

@Suite struct EmailSettingsTests {
    @Test func areNoneWithoutProviders() throws {
        var reader = try SettingsReader(environment: [:])
        #expect(EmailSettings(&reader) == nil)
        try reader.finish()
    }

    @Test func readAChain() throws {
        var reader = try SettingsReader(environment: [
            "POSTHORN_EMAIL_PROVIDERS": "primary, backup", "POSTHORN_EMAIL_FROM": "Post <post@example.org>",
            "POSTHORN_EMAIL_PRIMARY_URL": "smtp://ada:p%40ss@mail.example.org", "POSTHORN_EMAIL_PRIMARY_CA": "/ca.pem",
            "POSTHORN_EMAIL_BACKUP_URL": "smtps://backup.example.org:4650", "POSTHORN_EMAIL_BACKUP_STARTTLS": "never",
        ])
        let settings = try #require(EmailSettings(&reader))
        try reader.finish()
        #expect(settings.from == Mailbox(name: "Post", address: "post@example.org"))
        #expect(settings.relays.map(\.name) == ["primary", "backup"])
        let primary = settings.relays[0].relay
        #expect(primary.url == "smtp://mail.example.org:587")
        #expect(primary.user == "ada")
        #expect(primary.password?.reveal() == "p@ss")
        #expect(primary.startTLS == .required)
        #expect(primary.certificateAuthority == "/ca.pem")
        #expect(settings.relays[1].relay == MailRelay(url: "smtps://backup.example.org:4650", startTLS: .never))
    }

    @Test func nameEveryWrongOneWithoutItsPassword() throws {
        var reader = try SettingsReader(environment: [
            "POSTHORN_EMAIL_PROVIDERS": "one,two,one", "POSTHORN_EMAIL_FROM": "nobody",
            "POSTHORN_EMAIL_ONE_URL": "http://ada:hidden@host", "POSTHORN_EMAIL_TWO_STARTTLS": "maybe",
        ])
        _ = EmailSettings(&reader)
        let error = try #require(throws: SettingsError.self) { try reader.finish() }
        for name in ["PROVIDERS", "FROM", "ONE_URL", "TWO_URL", "TWO_STARTTLS"] {
            #expect(error.problems.contains { $0.hasPrefix("POSTHORN_EMAIL_\(name) ") }, "\(name)")
        }
        #expect(!error.description.contains("hidden"))
    }
}
