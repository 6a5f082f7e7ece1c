import Runtime
import TestPeers
import TestSupport
import Testing

@testable import Broker

@Suite struct EncryptionTests {
    @Test func deliversMessagesOfEverySize() async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareQueue("q")
            let settings = try broker.encrypted()
            let publisher = Publisher(settings: settings, name: "publisher", log: .discarded, metrics: Metrics())
            let subscriber = Subscriber(settings: settings, name: "subscriber", log: .discarded, metrics: Metrics())
            try await publisher.start()
            try await subscriber.start()
            let bodies = (0..<500).map { [UInt8](repeating: UInt8($0 % 251), count: $0 * $0) }
            let consumption = try await subscriber.consume(queue: "q", prefetch: 100)
            async let published: Void = publisher.publish(
                bodies.map { OutgoingMessage(exchange: "", routingKey: "q", body: $0) })
            var received: [[UInt8]] = []
            for await batch in consumption.deliveries {
                received += batch.map(\.body)
                await consumption.acknowledge(batch.map(\.tag))
                if received.count >= bodies.count { break }
            }
            try await published
            #expect(received == bodies)
            await subscriber.close()
            await publisher.close()
        }
    }

    @Test func rejectsACertificateForAnotherHostName() async throws {
        try await TestBroker.withVhost { broker in
            var settings = try broker.encrypted()
            settings.host = "127.0.0.1"
            await expectStart(settings, toFailAs: "hostname verification failed")
        }
    }

    @Test func rejectsACertificateOfAnUnknownAuthority() async throws {
        let peer = try await Peer.shared()
        try await TestBroker.withVhost { broker in
            var settings = try broker.encrypted()
            // Another authority's certificate for the same host name.
            for authority in [peer.authority, nil] {
                settings.tls = BrokerSettings.TLS(certificateAuthority: authority)
                await expectStart(settings, toFailAs: "peer cert verification failed")
            }
        }
    }

    private func expectStart(_ settings: BrokerSettings, toFailAs text: String) async {
        let publisher = Publisher(settings: settings, name: "publisher", log: .discarded, metrics: Metrics())
        let error = await #expect(throws: BrokerError.self) { try await publisher.start() }
        #expect(error?.description.contains(text) == true, "\(String(describing: error))")
        await publisher.close()
    }
}
