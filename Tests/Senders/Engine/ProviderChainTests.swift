import Model
import Synchronization
import Testing

@testable import Senders

@Suite("A chain of providers")
struct ProviderChainTests {
    /// Gives each notification the verdict that it was made with, and counts how often it was asked.
    final class Scripted: Provider {
        let name: String
        let medium = Medium.email
        private let verdict: Verdict
        private let count = Mutex(0)

        init(_ name: String, _ verdict: Verdict) {
            self.name = name
            self.verdict = verdict
        }

        var asked: Int { count.withLock { $0 } }

        func deliver(_ notifications: [Notification], report: @escaping @Sendable (Int, Verdict) -> Void) {
            count.withLock { $0 += notifications.count }
            for index in notifications.indices { report(index, verdict) }
        }
    }

    private func outcomes(of providers: [any Provider], for count: Int = 3) -> [Outcome] {
        let outcomes = Mutex<[Outcome]>([])
        let notifications = (0..<count).map { _ in SettlementTests.notification() }
        ProviderChain(providers).deliver(notifications) { _, outcome in outcomes.withLock { $0.append(outcome) } }
        return outcomes.withLock { $0 }
    }

    @Test func `the next one is tried at once if one cannot send`() {
        let backup = Scripted("backup", .sent(reference: "q1"))
        let outcomes = outcomes(of: [Scripted("primary", .unavailable(why: "connection refused")), backup])
        #expect(outcomes.count == 3)
        #expect(outcomes.allSatisfy { $0.verdict == .sent(reference: "q1") && $0.provider == "backup" })
        #expect(
            outcomes.allSatisfy { $0.failures.map(\.provider) == ["primary"] && $0.failures[0].reason == "connection refused" })
    }

    @Test(arguments: [
        (Verdict.sent(reference: nil), FinalVerdict.sent(reference: nil)), (.accepted(reference: "a"), .accepted(reference: "a")),
        (.delivered(reference: nil), .delivered(reference: nil)),
        (.retry(after: .seconds(7), why: "451"), .retry(after: .seconds(7), why: "451")),
        (.failing(after: .seconds(7), why: "HTTP 503"), .retry(after: .seconds(7), why: "HTTP 503")),
        (.refused(why: "550"), .refused(why: "550")), (.unsendable(why: "no address"), .refused(why: "no address")),
        (.endpointGone(why: "gone"), .endpointGone(why: "gone")), (.unknown(why: "time-out"), .unknown(why: "time-out")),
    ])
    func `any other verdict is the chain's`(verdict: Verdict, final: FinalVerdict) {
        let backup = Scripted("backup", .sent(reference: nil))
        #expect(outcomes(of: [Scripted("primary", verdict), backup]).map(\.verdict) == [final, final, final])
        #expect(backup.asked == 0)
    }

    @Test func `if no provider can, it is tried again later, and each failure is reported`() {
        let outcomes = outcomes(of: [Scripted("a", .unavailable(why: "x")), Scripted("b", .unavailable(why: "y"))], for: 1)
        #expect(outcomes.map(\.verdict) == [.retry(after: nil, why: "y")])
        #expect(outcomes[0].failures.map(\.provider) == ["a", "b"])
    }

    @Test func `the next one is tried at once if one can take nothing now`() {
        let outcomes = outcomes(of: [
            Scripted("primary", .deferred(why: .breakerOpen)), Scripted("backup", .sent(reference: nil)),
        ])
        #expect(outcomes.allSatisfy { $0.verdict == .sent(reference: nil) && $0.provider == "backup" })
        #expect(outcomes.allSatisfy { $0.failures.map(\.provider) == ["primary"] })
    }

    @Test func `if all are skipped without a call, no attempt is spent`() {
        let outcomes = outcomes(of: [Scripted("a", .deferred(why: .breakerOpen)), Scripted("b", .deferred(why: .stalled))])
        #expect(outcomes.allSatisfy { $0.verdict == .deferred(why: .stalled) })
    }

    @Test(arguments: [true, false])
    func `if one was called and could not send, it is tried again whatever the others can take`(isFirst: Bool) {
        let asked = Scripted("asked", .unavailable(why: "connection refused"))
        let other = Scripted("other", .deferred(why: .breakerOpen))
        #expect(
            outcomes(of: isFirst ? [asked, other] : [other, asked], for: 1).map(\.verdict)
                == [.retry(after: nil, why: "connection refused")])
    }
}
