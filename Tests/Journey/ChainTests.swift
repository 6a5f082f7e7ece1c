import Model
import Runtime
import Senders
import Synchronization
import Testing

/// A medium with several providers, on a real broker.
@Suite("Providers of a chain", .timeLimit(.minutes(1)))
struct ChainTests {
    /// Answers as the script says, and keeps the ids that it was given.
    private final class Relay: ReconcilingProvider {
        let name: String
        let medium = Medium.email
        private let given = Mutex<[NotificationID]>([])
        private let asked = Mutex<[NotificationID]>([])
        private let verdict: @Sendable (_ before: Int, Notification) -> Verdict
        private let answer: @Sendable (_ before: Int) -> ReconcileAnswer

        /// - Parameters:
        ///   - verdict: by how many it was given before.
        ///   - answer: by how often it was asked before.
        init(
            _ name: String, answer: @escaping @Sendable (_ before: Int) -> ReconcileAnswer = { _ in .unknown(why: "") },
            verdict: @escaping @Sendable (_ before: Int, Notification) -> Verdict = { _, _ in .sent(reference: nil) }
        ) {
            self.name = name
            self.answer = answer
            self.verdict = verdict
        }

        var deliveries: [NotificationID] { given.withLock { $0 } }
        var questions: [NotificationID] { asked.withLock { $0 } }

        func deliver(_ notifications: [Notification], report: @escaping @Sendable (Int, Verdict) -> Void) {
            for (index, notification) in notifications.enumerated() {
                let before = given.withLock { given in
                    defer { given.append(notification.id) }
                    return given.count
                }
                report(index, verdict(before, notification))
            }
        }

        func reconcile(_ notifications: [Notification], report: @escaping @Sendable (Int, ReconcileAnswer) -> Void) {
            for (index, notification) in notifications.enumerated() {
                let before = asked.withLock { asked in
                    defer { asked.append(notification.id) }
                    return asked.count
                }
                report(index, answer(before))
            }
        }
    }

    private struct Relays: SenderMedium {
        let medium = Medium.email
        let relays: [Relay]

        func setUp(settings: inout SettingsReader, context: RoleContext) -> MediumSetup? {
            let chains = ChainSettings(&settings, medium: medium)
            let schedules = PerLane { lane in
                var schedule = RetrySchedule.standard(for: lane)
                schedule.jitter = .none
                return schedule
            }
            return MediumSetup(medium: medium, providers: relays, plan: chains.plan, schedules: schedules)
        }
    }

    private static let settings = ["POSTHORN_EMAIL_PROVIDERS": "first:70,second:30"]

    @Test func `when one of two dies, the other sends everything, and nothing is lost or sent twice`() async throws {
        let first = Relay(
            "first", verdict: { before, _ in before < 20 ? .sent(reference: nil) : .unavailable(why: "connection refused") })
        let second = Relay("second")
        let mails = SenderRig.notifications((0..<200).map { "ada\($0)@example.org" }, .email, .normal, of: "acme")
        try await SenderRig.running([Relays(relays: [first, second])], settings: Self.settings) { rig in
            try await rig.publish(mails)
            var sent: [NotificationID: String] = [:]
            for try await event in rig.events {
                #expect(event.kind == .sent && event.attempt == 1, "\(event)")
                #expect(sent.updateValue(event.provider ?? "", forKey: event.notification) == nil)
                if sent.count == mails.count { break }
            }
            #expect(Set(sent.keys) == Set(mails.map(\.id)))
            #expect(sent.values.filter { $0 == "first" }.count == 20)
            #expect(Set(second.deliveries).count == second.deliveries.count)
            // Its breaker has opened, so that it was not called for each of the others.
            #expect(first.deliveries.count < 120)
        }
    }

    @Test func `a service and a lane have chains of their own`() async throws {
        let (first, second) = (Relay("first"), Relay("second"))
        let rules = ["POSTHORN_EMAIL_CHAINS": "service=shop: second; lane=priority: first"]
        let notifications =
            SenderRig.notifications((0..<10).map { "a\($0)@example.org" }, .email, .priority, of: "shop")
            + SenderRig.notifications((0..<10).map { "b\($0)@example.org" }, .email, .priority, of: "acme")
        try await SenderRig.running(
            [Relays(relays: [first, second])], settings: Self.settings.merging(rules) { $1 }
        ) { rig in
            try await rig.publish(notifications)
            var left = notifications.count
            for try await event in rig.events {
                #expect(event.provider == (event.tenant.text == "shop" ? "second" : "first"))
                left -= 1
                if left == 0 { break }
            }
        }
    }

    @Test func `what a provider may have sent is asked about after a retry delay, and not sent again`() async throws {
        let first = Relay("first", answer: { _ in .delivered(reference: "r1") }, verdict: { _, _ in .unknown(why: "time-out") })
        let second = Relay("second")
        let mail = SenderRig.notifications(["ada@example.org"], .email, .normal, of: "acme")
        let settings = ["POSTHORN_EMAIL_PROVIDERS": "first,second"]
        try await SenderRig.running([Relays(relays: [first, second])], settings: settings) { rig in
            try await rig.publish(mail)
            var kinds: [NotificationEvent.Kind] = []
            for try await event in rig.events {
                kinds.append(event.kind)
                #expect(event.attempt == 1)
                if event.kind == .delivered {
                    #expect(event.provider == "first" && event.providerReference == "r1")
                    #expect(event.failures.map(\.verdict) == [.unknown])
                    break
                }
            }
            #expect(kinds == [.retrying, .delivered])
            #expect(first.deliveries.count == 1 && first.questions.count == 1 && second.deliveries.isEmpty)
        }
    }

    @Test func `what a provider has certainly not sent is sent at once by the next`() async throws {
        let first = Relay(
            "first", answer: { _ in .notSent(why: "not found") },
            verdict: { before, _ in before == 0 ? .unknown(why: "time-out") : .unavailable(why: "connection refused") })
        let second = Relay("second")
        let mail = SenderRig.notifications(["ada@example.org"], .email, .normal, of: "acme")
        let settings = ["POSTHORN_EMAIL_PROVIDERS": "first,second"]
        try await SenderRig.running([Relays(relays: [first, second])], settings: settings) { rig in
            try await rig.publish(mail)
            for try await event in rig.events where event.kind == .sent {
                #expect(event.attempt == 2 && event.provider == "second")
                #expect(event.failures.map(\.provider) == ["first", "first"])
                break
            }
            #expect(first.questions.count == 1 && second.deliveries.count == 1)
        }
    }
}
