import Broker
import TestSupport
import Testing

@Suite struct BrokerInspectorTests {
    @Test func findsExistingQueuesAndExchangesOnly() async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareQueue("q")
            try await broker.declareExchange("x")
            let inspector = BrokerInspector(settings: broker.settings, name: "inspector", log: .discarded)
            #expect(try await inspector.queueExists("q"))
            #expect(try await !inspector.queueExists("missing"))
            #expect(try await inspector.exchangeExists("x"))
            #expect(try await !inspector.exchangeExists("missing"))
            #expect(try await inspector.depth(of: "q") == (0, 0))
            await #expect(throws: BrokerError.self) { try await inspector.depth(of: "missing") }
            #expect(try await inspector.depth(of: "q") == (0, 0))
            await inspector.close()
            await #expect(throws: BrokerError.closed) { try await inspector.depth(of: "q") }
        }
    }

    @Test func reconnectsByItself() async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareQueue("q")
            let inspector = BrokerInspector(settings: broker.settings, name: "inspector", log: .discarded)
            #expect(try await inspector.queueExists("q"))
            try await broker.closeConnection(named: "inspector")
            #expect(try await inspector.queueExists("q"))
            await inspector.close()
        }
    }
}
