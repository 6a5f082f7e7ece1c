import Broker
import JSON
import Model
import Runtime
import TestSupport
import Testing
import Topology

@testable import Control

private struct Word: ControlMessage, Equatable {
    static let type = "test.word.v1"
    let text: String

    init(_ text: String) { self.text = text }

    init(reading fields: inout FieldReader) throws(FieldError) { text = try fields.requiredString("text") }

    var fields: [JSON.Member] { [JSON.Member("text", .string(text))] }
}

private struct Reply: ControlMessage, Equatable {
    static let type = "test.reply.v1"
    let text: String

    init(_ text: String) { self.text = text }

    init(reading fields: inout FieldReader) throws(FieldError) { text = try fields.requiredString("text") }

    var fields: [JSON.Member] { [JSON.Member("text", .string(text))] }
}

private struct Greeting: ControlQuestion {
    static let type = "test.greeting.v1"
    typealias Answer = Reply

    init() {}
    init(reading fields: inout FieldReader) throws(FieldError) {}
    var fields: [JSON.Member] { [] }
}

@Suite("Processes talk over control", .timeLimit(.minutes(1)))
struct ControlServiceTests {
    /// One process with its own connections.
    private struct Process {
        let control: ControlService
        let metrics = Metrics()
        let words: AsyncStream<String>
        let interruptions: AsyncStream<Void>
        private let subscriber: Subscriber
        private let publisher: Publisher

        /// - Parameter answer: nil for a process that does not answer.
        init(
            _ participant: Participant, watching watched: Set<ControlRole> = [], _ settings: BrokerSettings,
            name: String = "process",
            answer: String? = nil
        ) async throws {
            subscriber = Subscriber(settings: settings, name: name, log: .discarded, metrics: Metrics())
            publisher = Publisher(settings: settings, name: name, log: .discarded, metrics: Metrics())
            control = ControlService(
                participant, watching: watched, subscriber: subscriber, publisher: publisher, log: .discarded, metrics: metrics)
            let (words, word) = AsyncStream.makeStream(of: String.self)
            self.words = words
            control.receive(Word.self) { message, _ in word.yield(message.text) }
            let (interruptions, interruption) = AsyncStream.makeStream(of: Void.self)
            self.interruptions = interruptions
            control.interrupted { interruption.yield() }
            if participant.role == .tool { control.expectAnswers(Reply.self) }
            if participant.role == .sender { control.answer(Greeting.self) { _ in answer.map(Reply.init) } }
            try await subscriber.start()
            try await publisher.start()
            try await control.start()
        }

        /// Ends without a drain, as if the process were killed.
        func kill() async {
            await subscriber.close()
            await publisher.close()
        }

        func end() async {
            await control.drain()
            await kill()
        }
    }

    private func onVhost(_ body: (BrokerSettings, TestBroker) async throws -> Void) async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareExchange("control")
            try await body(broker.settings, broker)
        }
    }

    @Test func `a message reaches a role, a medium or one process, and never its sender`() async throws {
        try await onVhost { settings, _ in
            let email = try await Process(Participant(.sender, media: [.email]), settings)
            let webhook = try await Process(Participant(.sender, media: [.webhook]), settings)
            webhook.control.publish(Word("to email"), to: .senders(.email))
            webhook.control.publish(Word("to all"), to: .all(.sender))
            webhook.control.publish(Word("to one"), to: .participant(email.control.participant.id))
            var words = email.words.makeAsyncIterator()
            #expect(await words.next() == "to email")
            #expect(await words.next() == "to all")
            #expect(await words.next() == "to one")
            // The broker keeps the order, so what had been sent to all would be there before this.
            email.control.publish(Word("back"), to: .senders(.webhook))
            #expect(await webhook.words.first { _ in true } == "back")
            await email.end()
            await webhook.end()
        }
    }

    @Test func `a question ends with the answers of all that are there`() async throws {
        try await onVhost { settings, _ in
            let first = try await Process(Participant(.sender, media: [.email]), settings, answer: "one")
            let second = try await Process(Participant(.sender, media: [.email]), settings, answer: "two")
            let tool = try await Process(Participant(.tool), watching: [.sender], settings)
            let answers = await tool.control.ask(Greeting(), to: .senders(.email), within: .seconds(30))
            #expect(answers.completeness == .complete)
            #expect(
                answers.answers == [
                    first.control.participant.id: Reply("one"), second.control.participant.id: Reply("two"),
                ])
            for process in [first, second, tool] { await process.end() }
        }
    }

    @Test func `one that does not answer is reported as missing, and after its end it is not`() async throws {
        try await onVhost { settings, _ in
            let tool = try await Process(Participant(.tool), watching: [.sender], settings)
            let silent = try await Process(Participant(.sender, media: [.email]), settings)
            let polite = try await Process(Participant(.sender, media: [.email]), settings, answer: "here")
            var answers = await tool.control.ask(Greeting(), to: .all(.sender), within: .seconds(4))
            #expect(answers.completeness == .missing(1))
            #expect(Array(answers.answers.values) == [Reply("here")])
            await silent.end()
            answers = await tool.control.ask(Greeting(), to: .all(.sender), within: .seconds(30))
            #expect(answers.completeness == .complete)
            await polite.end()
            await tool.end()
        }
    }

    @Test func `a question to nobody ends at once`() async throws {
        try await onVhost { settings, _ in
            let tool = try await Process(Participant(.tool), watching: [.sender], settings)
            let start = ContinuousClock.now
            let answers = await tool.control.ask(Greeting(), to: .all(.sender), within: .seconds(30))
            #expect(answers.completeness == .complete)
            #expect(answers.answers.isEmpty)
            #expect(.now - start < .seconds(10))
            await tool.end()
        }
    }

    @Test func `one whose connection is lost is missing, and one that has left is not`() async throws {
        try await onVhost { settings, _ in
            let tool = try await Process(Participant(.tool), watching: [.sender], settings)
            let sender = try await Process(Participant(.sender, media: [.email]), settings, answer: "here")
            var answers = await tool.control.ask(Greeting(), to: .all(.sender), within: .seconds(30))
            #expect(answers.answers.count == 1)
            await sender.kill()
            answers = await tool.control.ask(Greeting(), to: .all(.sender), within: .seconds(2))
            #expect(answers.completeness == .missing(1))
            let next = try await Process(Participant(.sender, media: [.email]), settings, answer: "here")
            _ = await tool.control.ask(Greeting(), to: .senders(.email), within: .seconds(1))
            await next.end()
            answers = await tool.control.ask(Greeting(), to: .senders(.email), within: .seconds(30))
            #expect(answers.completeness == .complete)
            await tool.end()
        }
    }

    @Test func `a lost connection is reported when messages are received again`() async throws {
        try await onVhost { settings, broker in
            let process = try await Process(Participant(.sender, media: [.email]), settings, name: "listener")
            let other = try await Process(Participant(.sender, media: [.webhook]), settings)
            var interruptions = process.interruptions.makeAsyncIterator()
            // At the start.
            await interruptions.next()
            try await broker.closeConnection(named: "listener")
            await interruptions.next()
            other.control.publish(Word("after"), to: .senders(.email))
            #expect(await process.words.first { _ in true } == "after")
            await process.end()
            await other.end()
        }
    }

    @Test func `a message that is too long or cannot be read is counted and nothing else`() async throws {
        try await onVhost { settings, _ in
            let (first, second) = (
                try await Process(Participant(.sender, media: [.email]), settings),
                try await Process(Participant(.sender, media: [.email]), settings)
            )
            first.control.publish(Word(String(repeating: "a", count: ControlEnvelope.bodyLimit)), to: .senders(.email))
            first.control.publish(Word(""), to: .senders(.email))
            first.control.publish(Word("good"), to: .senders(.email))
            #expect(await second.words.first { _ in true } == "good")
            let labels = [("role", "sender")]
            #expect(first.metrics.counter("posthorn_control_dropped_total", "", labels: labels).value == 1)
            #expect(second.metrics.counter("posthorn_control_malformed_total", "", labels: labels).value == 1)
            await first.end()
            await second.end()
        }
    }
}
