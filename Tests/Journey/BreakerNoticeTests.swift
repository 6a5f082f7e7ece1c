import Broker
import Cancellations
import Control
import JSON
import Model
import ProviderDouble
import Runtime
import TestSupport
import Testing
import Topology

@testable import Senders

@Suite("Senders share the state of their breakers", .timeLimit(.minutes(1)))
struct BreakerNoticeTests {
    /// The parts of one sender process that share breakers.
    private struct Sender {
        let table: BreakerTable
        let publisher: Publisher
        let metrics = Metrics()
        /// An element for each breaker that opens or closes.
        let changes: AsyncStream<String>
        private let subscriber: Subscriber
        private let control: ControlService

        init(_ settings: BrokerSettings) async throws {
            let (changes, change) = AsyncStream.makeStream(of: String.self)
            self.changes = changes
            let log = Log(level: .info, format: .logfmt) { line in
                if line.contains("breaker opened") { change.yield("opened") }
                if line.contains("breaker closed") { change.yield("closed") }
            }
            publisher = Publisher(settings: settings, name: "sender", log: .discarded, metrics: Metrics())
            subscriber = Subscriber(settings: settings, name: "sender", log: .discarded, metrics: Metrics())
            let control = ControlService(
                Participant(.sender, media: [.webhook]), subscriber: subscriber, publisher: publisher, log: .discarded,
                metrics: metrics)
            self.control = control
            let pool = ProviderPool(
                MediumSetup(medium: .webhook, providers: [ProviderDouble()]),
                windows: PerLane { _ in [.sparse: 8, .burst: 8] }, cancelled: CancelledRequests(), log: log, metrics: Metrics()
            ) { control.publish($0, to: .senders($0.medium)) }
            let table = pool.breakers
            self.table = table
            control.receive(BreakerNotice.self) { notice, _ in table.apply(notice, at: .now) }
            try await publisher.start()
            try await subscriber.start()
            try await control.start()
        }

        func fail(_ destination: Destination, at now: ContinuousClock.Instant = .now) {
            for _ in 0..<Breaker.threshold { table.ended(destination, .failed, isProbe: false, at: now) }
        }

        func close() async {
            await control.drain()
            await subscriber.close()
            await publisher.close()
        }
    }

    private let destination = Destination("https://dead.example")

    @Test func `a destination that one finds dead is not called by the others until it answers`() async throws {
        try await TestBroker.withVhost { vhost in
            try await Installation.applyTopology(to: vhost)
            // With the permissions of the operations guide.
            let settings = try await vhost.makeUser(
                write: "^(requests|cursors|notifications|events|parked|retry[.].*|control([.].*)?)$",
                read: "^((requests|cursors|send)[.].*|record[.]events|poison[.]reports|control([.].*)?)$")
            let (first, second) = (try await Sender(settings), try await Sender(settings))
            first.fail(destination)
            #expect(await second.changes.first { _ in true } == "opened")
            #expect(second.table.standing(of: destination, at: .now) == .open)
            #expect(second.table.standing(of: destination, at: .now + .seconds(5)) == .mayProbe)
            #expect(first.table.beginProbe(of: destination, at: .now + .seconds(5)))
            first.table.ended(destination, .answered, isProbe: true, at: .now + .seconds(5))
            #expect(await second.changes.first { _ in true } == "closed")
            #expect(second.table.standing(of: destination, at: .now) == .closed)
            await first.close()
            await second.close()
            try await vhost.deleteUser(settings.user)
        }
    }

    @Test func `an invalid notice is counted and changes nothing`() async throws {
        try await TestBroker.withVhost { vhost in
            try await Installation.applyTopology(to: vhost)
            let (first, second) = (try await Sender(vhost.settings), try await Sender(vhost.settings))
            let key = ControlAddress.senders(.webhook).routingKey
            let properties = MessageProperties(type: "posthorn.breaker.v1", contentType: "application/json")
            try await first.publisher.publish(
                [
                    "nonsense", #"{"destination":"https://a.example","medium":"webhook","process":"x","open_ms":-5}"#,
                    #"{"destination":"https://a.example","medium":"webhook","open_ms":5000}"#,
                    #"{"destination":"\#(String(repeating: "a", count: 40_000))","medium":"webhook","process":"x","open_ms":5000}"#,
                ].map { OutgoingMessage(exchange: "control", routingKey: key, properties: properties, body: Array($0.utf8)) })
            // The broker keeps the order, so these have been read when the next has.
            first.fail(destination)
            #expect(await second.changes.first { _ in true } == "opened")
            let malformed = second.metrics.counter(
                "posthorn_control_malformed_total", "", labels: [("role", "sender")])
            #expect(malformed.value == 4)
            await first.close()
            await second.close()
        }
    }

    @Test func `a broker user who may not declare a queue still sends`() async throws {
        try await TestBroker.withVhost { vhost in
            try await Installation.applyTopology(to: vhost)
            let settings = try await vhost.makeUser(read: "^send[.].*$")
            let (sender, other) = (try await Sender(settings), try await Sender(vhost.settings))
            sender.fail(destination)
            #expect(await sender.changes.first { _ in true } == "opened")
            // It publishes and receives no notices, and its connection stays open.
            other.fail(Destination("https://other.example"))
            #expect(await other.changes.first { _ in true } == "opened")
            #expect(other.table.standing(of: destination, at: .now) == .closed)
            #expect(sender.table.standing(of: Destination("https://other.example"), at: .now) == .closed)
            #expect(sender.publisher.isReady)
            await sender.close()
            await other.close()
            try await vhost.deleteUser(settings.user)
        }
    }

    @Test func `a notice is read as it was published`() throws {
        for transition: Breaker.Transition in [.opened(for: .seconds(20)), .closed] {
            let sent = BreakerNotice(.email, Destination("primary smtp://mail:587"), transition)
            var fields = try FieldReader(.object(sent.fields))
            #expect(try BreakerNotice(reading: &fields) == sent)
        }
    }
}
