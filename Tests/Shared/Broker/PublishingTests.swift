import Broker
import Runtime
import TestSupport
import Testing

@Suite struct PublishingTests {
    private func message(_ key: String, exchange: String = "", body: String = "x") -> OutgoingMessage {
        OutgoingMessage(exchange: exchange, routingKey: key, body: Array(body.utf8))
    }

    private func withPublisher(
        _ broker: TestBroker, _ settings: BrokerSettings? = nil, _ body: (Publisher) async throws -> Void
    ) async throws {
        let publisher = Publisher(
            settings: settings ?? broker.settings, name: "publisher", log: .discarded, metrics: Metrics())
        try await publisher.start()
        let result: Result<Void, any Error>
        do { result = .success(try await body(publisher)) } catch { result = .failure(error) }
        await publisher.close()
        try result.get()
    }

    @Test func confirmsStoredMessages() async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareQueue("q")
            try await withPublisher(broker) { publisher in
                try await publisher.publish((0..<2_000).map { message("q", body: "\($0)") })
                try await publisher.publish([])
            }
            let inspector = BrokerInspector(settings: broker.settings, name: "inspector", log: .discarded)
            #expect(try await inspector.depth(of: "q").messages == 2_000)
            await inspector.close()
        }
    }

    @Test func confirmsManyConcurrentCalls() async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareQueue("q")
            try await withPublisher(broker) { publisher in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<3_000 { group.addTask { try await publisher.publish([message("q", body: "\(number)")]) } }
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test func failsForAnUnroutableMessageAndPublishesTheOthers() async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareQueue("q")
            try await broker.declareExchange("x")
            try await broker.bind("q", to: "x", key: "known.*")
            try await withPublisher(broker) { publisher in
                let messages = [
                    message("known.a", exchange: "x"), message("unknown.a", exchange: "x"), message("known.b", exchange: "x"),
                ]
                await #expect(throws: PublishError.returned(exchange: "x", routingKey: "unknown.a", code: 312, text: "NO_ROUTE"))
                {
                    try await publisher.publish(messages)
                }
                try await publisher.publish([message("known.c", exchange: "x")])
            }
            let inspector = BrokerInspector(settings: broker.settings, name: "inspector", log: .discarded)
            #expect(try await inspector.depth(of: "q").messages == 3)
            await inspector.close()
        }
    }

    @Test func failsOnlyTheCallWhoseMessageWasReturned() async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareQueue("q")
            try await withPublisher(broker) { publisher in
                let failures = await withTaskGroup(of: (Int, PublishError?).self) { group in
                    for number in 0..<200 {
                        group.addTask {
                            do throws(PublishError) {
                                try await publisher.publish([message(number % 10 == 3 ? "nowhere" : "q")])
                                return (number, nil)
                            } catch { return (number, error) }
                        }
                    }
                    return await group.reduce(into: [Int]()) { if $1.1 != nil { $0.append($1.0) } }
                }
                #expect(failures.sorted() == (0..<20).map { $0 * 10 + 3 })
            }
        }
    }

    @Test func isRefusedByAFullQueue() async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareQueue(
                "q", arguments: #"{"x-max-length":5,"x-overflow":"reject-publish","x-queue-type":"classic"}"#)
            try await withPublisher(broker) { publisher in
                await #expect(throws: PublishError.refused) { try await publisher.publish((0..<50).map { _ in message("q") }) }
                #expect(PublishError.refused.isTransient)
            }
        }
    }

    @Test func failsForAMissingExchangeAndContinues() async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareQueue("q")
            try await withPublisher(broker) { publisher in
                let error = await #expect(throws: PublishError.self) {
                    try await publisher.publish([message("k", exchange: "missing")])
                }
                guard case .notFound(let text) = error else {
                    Issue.record("unexpected error: \(String(describing: error))")
                    return
                }
                #expect(text.contains("no exchange 'missing'"))
                try await publisher.publish([message("q")])
            }
        }
    }

    @Test func cannotPublishWithAForbiddenRoutingKeyAndContinues() async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareQueue("q")
            try await broker.declareExchange("requests")
            try await broker.bind("q", to: "requests", key: "#")
            let settings = try await broker.makeUser(topics: (exchange: "requests", write: "^shop\\\\..*"))
            try await withPublisher(broker, settings) { publisher in
                try await publisher.publish([message("shop.normal", exchange: "requests")])
                let error = await #expect(throws: PublishError.self) {
                    try await publisher.publish([message("bank.normal", exchange: "requests")])
                }
                guard case .accessRefused(let text) = error else {
                    Issue.record("unexpected error: \(String(describing: error))")
                    return
                }
                #expect(text.contains("bank.normal"))
                try await publisher.publish([message("shop.bulk", exchange: "requests")])
            }
            try await broker.deleteUser(settings.user)
        }
    }

    @Test func cannotPublishWithAnotherUserID() async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareQueue("q")
            try await withPublisher(broker) { publisher in
                var forged = message("q")
                forged.properties.userID = "somebody-else"
                let error = await #expect(throws: PublishError.self) { try await publisher.publish([forged]) }
                guard case .amqpChannelClosed(406, _) = error else {
                    Issue.record("unexpected error: \(String(describing: error))")
                    return
                }
                try await publisher.publish([message("q")])
            }
        }
    }

    @Test func rejectsMessagesThatAMQPCannotCarry() async throws {
        try await TestBroker.withVhost { broker in
            try await withPublisher(broker) { publisher in
                let long = String(repeating: "k", count: 256)
                var wrong = [message(long), message("k", exchange: long), message("k"), message("k"), message("k")]
                wrong[2].properties.messageID = long
                wrong[3].properties.headers = [Header(long, 1)]
                wrong[4].properties.headers = [Header("x", String(repeating: "v", count: 100_000))]
                for message in wrong {
                    let error = await #expect(throws: PublishError.self) { try await publisher.publish([message]) }
                    guard case .unsendable = error else {
                        Issue.record("unexpected error: \(String(describing: error))")
                        return
                    }
                }
            }
        }
    }

    @Test func rejectsMessagesBeyondTheWaitingLimit() async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareQueue("q")
            var settings = broker.settings
            settings.waitingLimit = 100
            settings.confirmWindow = 10
            try await withPublisher(broker, settings) { publisher in
                let outcomes = await withTaskGroup(of: PublishError?.self) { group in
                    for _ in 0..<50 {
                        group.addTask {
                            do throws(PublishError) {
                                try await publisher.publish((0..<60).map { _ in message("q") })
                                return nil
                            } catch { return error }
                        }
                    }
                    return await group.reduce(into: [PublishError?]()) { $0.append($1) }
                }
                #expect(outcomes.contains(.overloaded))
                #expect(outcomes.contains(nil))
                #expect(outcomes.allSatisfy { $0 == nil || $0 == .overloaded })
            }
        }
    }

    @Test func rejectsMessagesAfterClose() async throws {
        try await TestBroker.withVhost { broker in
            let publisher = Publisher(settings: broker.settings, name: "publisher", log: .discarded, metrics: Metrics())
            try await publisher.start()
            await publisher.close()
            await publisher.close()
            await #expect(throws: PublishError.closed) { try await publisher.publish([message("q")]) }
        }
    }

    @Test func startFailsWithTheReason() async throws {
        try await TestBroker.withVhost { broker in
            var settings = broker.settings
            settings.password = Secret("wrong")
            try await expectStart(settings, toFailAs: "the broker refused the login")
            settings = broker.settings
            settings.virtualHost = "missing"
            try await expectStart(settings, toFailAs: "the broker refused the login")
            settings = broker.settings
            settings.port = 1
            try await expectStart(settings, toFailAs: "the broker cannot be reached: \(settings.host), port 1: ")
        }
    }

    private func expectStart(_ settings: BrokerSettings, toFailAs text: String) async throws {
        let publisher = Publisher(settings: settings, name: "publisher", log: .discarded, metrics: Metrics())
        let error = await #expect(throws: BrokerError.self) { try await publisher.start() }
        #expect(error?.description.hasPrefix(text) == true, "\(String(describing: error))")
        await publisher.close()
    }
}
