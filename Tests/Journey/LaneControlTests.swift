import Broker
import Lanes
import Model
import ProviderDouble
import Synchronization
import TestSupport
import Testing
import Topology

@testable import Senders

/// Real senders on a real broker, whose lanes are changed while they work.
@Suite("Operators change lanes while senders work", .timeLimit(.minutes(2)))
struct LaneControlTests {
    private let bulk = LaneName(.webhook, .bulk)
    private let priority = LaneName(.webhook, .priority)

    private static func notifications(_ count: Int, _ lane: Lane) -> [Notification] {
        SenderRig.notifications((0..<count).map { "https://example.org/\($0)" }, .webhook, lane, of: "acme")
    }

    /// Answers nothing on the bulk lane before `release`. Each notification has a destination of its own, so that all of a window are called.
    private static func heldBulk() -> ProviderDouble {
        ProviderDouble(
            destination: { Destination($0.endpoint.address) },
            script: .always(.delivered(reference: nil)).hanging { $0.lane == .bulk })
    }

    @Test func `consumers and prefetch change under load, and each notification is sent once`() async throws {
        try await LaneControlRig.running(prefetch: 64) { rig in
            let provider = ProviderDouble(script: .always(.delivered(reference: nil)).slowed(by: .milliseconds(2)))
            let sender = try await rig.startSender(provider)
            let sent = Self.notifications(3000, .bulk)
            async let published: Void = rig.publish(sent)
            for (consumers, prefetch) in [(4, 64), (4, 16), (2, 16), (8, 128), (1, 32), (1, 64)] {
                let reports = try await rig.change(bulk) { change in
                    change.consumers = consumers
                    change.prefetch = .set(prefetch)
                }
                #expect(reports.map(\.consumers) == [consumers])
                #expect(reports.map(\.prefetch) == [prefetch])
            }
            try await published
            try await rig.eventually("all sent") { provider.deliveries.count >= sent.count }
            // Another one shows that nothing was repeated meanwhile.
            let last = Self.notifications(1, .bulk)
            try await rig.publish(last)
            try await rig.eventually("the last one sent") { Set(provider.deliveries).contains(last[0].id) }
            #expect(provider.deliveries.count == sent.count + 1)
            #expect(Set(provider.deliveries) == Set((sent + last).map(\.id)))
            let reports = await rig.reports(bulk)
            #expect(reports.map(\.consumers) == [1])
            await rig.stop(sender)
        }
    }

    @Test func `a paused lane settles what it began, begins nothing more, and goes on when it is resumed`() async throws {
        try await LaneControlRig.running(prefetch: 4) { rig in
            let provider = Self.heldBulk()
            let sender = try await rig.startSender(provider)
            let (first, second) = (Self.notifications(4, .bulk), Self.notifications(2, .bulk))
            try await rig.publish(first)
            try await rig.eventually("the first one begun") { !provider.deliveries.isEmpty }
            try await rig.publish(second)
            var reports = try await rig.change(bulk) { $0.flow = .pause }
            #expect(reports.map(\.consumers) == [0])
            #expect(reports.map(\.isDrained) == [false])
            #expect(reports.map(\.inFlight) == [4])
            // Another lane is not paused.
            let code = Self.notifications(1, .priority)
            try await rig.publish(code)
            try await rig.eventually("the code begun") { provider.deliveries.contains(code[0].id) }
            provider.release()
            try await rig.eventually("drained") { await rig.reports(bulk).allSatisfy(\.isDrained) }
            #expect(Set(provider.deliveries) == Set((first + code).map(\.id)))
            // A pause outlives a restart.
            await rig.stop(sender)
            let next = try await rig.startSender(provider)
            reports = await rig.reports(bulk)
            #expect(reports.map(\.consumers) == [0])
            #expect(reports.map(\.isDrained) == [true])
            let another = Self.notifications(1, .priority)
            try await rig.publish(another)
            try await rig.eventually("another code begun") { provider.deliveries.contains(another[0].id) }
            #expect(provider.deliveries.count == first.count + 2)
            try await rig.change(bulk) { $0.flow = .resume }
            try await rig.eventually("the rest sent") { provider.deliveries.count >= first.count + second.count + 2 }
            #expect(Set(provider.deliveries) == Set((first + second + code + another).map(\.id)))
            #expect(provider.deliveries.count == first.count + second.count + 2)
            await rig.stop(next)
        }
    }

    @Test func `a consumer that is no longer needed finishes what it has received, and nothing becomes a possible duplicate`()
        async throws
    {
        try await LaneControlRig.running(prefetch: 4) { rig in
            let provider = Self.heldBulk()
            let sender = try await rig.startSender(provider)
            let notifications = Self.notifications(4, .bulk) + Self.notifications(4, .bulk)
            try await rig.publish(notifications)
            try await rig.eventually("the first one begun") { !provider.deliveries.isEmpty }
            try await rig.eventually("the second message received") { await rig.reports(bulk).map(\.unacknowledged) == [2] }
            let reports = try await rig.change(bulk) { $0.prefetch = .set(8) }
            #expect(reports.map(\.consumers) == [1])
            #expect(reports.map(\.leaving) == [1])
            provider.release()
            try await rig.eventually("the earlier consumer gone") { await rig.reports(bulk).map(\.leaving) == [0] }
            // A possible duplicate would wait for five seconds on a retry delay queue.
            #expect(Set(provider.deliveries) == Set(notifications.map(\.id)))
            #expect(provider.deliveries.count == notifications.count)
            await rig.stop(sender)
        }
    }

    @Test func `a lane makes room for what waits for an account whose rate is not set`() async throws {
        try await LaneControlRig.running(prefetch: 16) { rig in
            let calls = Atomic(0)
            let provider = ProviderDouble(
                script: .verdicts { _ in
                    calls.add(1, ordering: .relaxed).newValue <= 64
                        ? .delivered(reference: nil) : .throttled(after: .seconds(1), why: "too many calls")
                })
            let sender = try await rig.startSender(provider)
            for _ in 0..<200 { try await rig.publish(Self.notifications(1, .bulk)) }
            // Without room beside the window of 16, eight of them wait.
            try await rig.eventually("more wait than the window has room for") { await rig.reports(bulk)[0].inFlight > 64 }
            #expect(await rig.reports(bulk).map(\.prefetch) == [16])
            await rig.stop(sender)
        }
    }

    @Test func `what a sender missed takes effect when it is connected again`() async throws {
        try await LaneControlRig.running(prefetch: 4) { rig in
            let sender = try await rig.startSender(Self.heldBulk())
            var change = LaneSettingsStore.Change()
            change.flow = .pause
            let settings = try await rig.store.change(bulk, change)
            try await rig.vhost.closeConnection(named: "sender: consume")
            // Well before the table is read at its interval.
            let applied = rig.applied
            try await within(.seconds(15), "the pause applied") {
                for await version in applied where version == "\(settings.version)" { return }
            }
            let reports = await rig.reports(bulk)
            #expect(reports.map(\.consumers) == [0])
            await rig.stop(sender)
        }
    }
}
