import Broker
import Synchronization
import Testing

@testable import Gateway

@Suite struct PublishQueueTests {
    private static func message(_ number: Int) -> OutgoingMessage {
        OutgoingMessage(exchange: "requests", routingKey: "\(number)", body: [])
    }

    @Test func publishesWhatGathersInBatches() async throws {
        let sizes = Mutex<[Int]>([])
        let queue = PublishQueue(limits: .init(batch: 50, batches: 1)) { messages, _ throws(PublishError) in
            sizes.withLock { $0.append(messages.count) }
            await Task.yield()
        }
        try await withThrowingTaskGroup { group in
            for number in 0..<500 { group.addTask { try await queue.publish(Self.message(number)) } }
            try await group.waitForAll()
        }
        let found = sizes.withLock { $0 }
        #expect(found.reduce(0, +) == 500)
        #expect(found.allSatisfy { $0 <= 50 })
    }

    @Test func tellsEveryMessageOfABatchThatItFailed() async {
        let queue = PublishQueue { _, _ throws(PublishError) in throw .blocked }
        await #expect(throws: PublishError.blocked) { try await queue.publish(Self.message(1)) }
    }

    @Test func answersEachWithinItsLimitWhileTheBrokerIsSilent() async {
        let limit = Duration.milliseconds(200)
        let queue = PublishQueue(limits: .init(answer: limit, batch: 2, batches: 1)) { _, left throws(PublishError) in
            try? await Task.sleep(for: left)
            throw .timedOut
        }
        let start = ContinuousClock.now
        await withTaskGroup { group in
            for number in 0..<20 {
                group.addTask {
                    await #expect(throws: PublishError.timedOut) { try await queue.publish(Self.message(number)) }
                }
            }
        }
        #expect(ContinuousClock.now - start < limit * 3)
    }

    @Test func refusesWhatItCannotHold() async throws {
        let (entered, enter) = AsyncStream.makeStream(of: Void.self)
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let queue = PublishQueue(limits: .init(messages: 1)) { _, _ throws(PublishError) in
            enter.yield()
            for await _ in released { break }
        }
        async let first: Void = queue.publish(Self.message(1))
        for await _ in entered { break }
        await #expect(throws: PublishError.overloaded) { try await queue.publish(Self.message(2)) }
        release.yield()
        try await first
    }
}
