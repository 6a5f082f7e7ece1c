import Testing

@testable import Broker

@Suite struct PublishQueueTests {
    /// A queue whose messages the test writes and confirms.
    private actor Harness {
        private var queue = PublishQueue()
        private let start = ContinuousClock.now

        /// - Returns: the first error; nil if all are confirmed.
        func publish(_ keys: [String], seconds: Int) async -> PublishError? {
            await attempt(keys, seconds: seconds).failures.first?.error
        }

        func attempt(_ keys: [String], seconds: Int) async -> PublishReport {
            await withCheckedContinuation { continuation in
                let messages = keys.map { OutgoingMessage(exchange: "x", routingKey: $0, body: [1, 2]) }
                queue.add(PublishCall(messages, deadline: start + .seconds(seconds), continuation: continuation))
            }
        }

        /// Returns when this many messages wait.
        func waitingCount(_ count: Int) async { while queue.waitingCount != count { await Task.yield() } }

        func write(_ count: Int) -> [String] {
            (0..<count).compactMap { _ in
                guard let message = queue.next() else { return nil }
                queue.noteWritten()
                return message.routingKey
            }
        }

        func refuse(_ number: UInt64) -> Int { queue.settle(number, multiple: false, isConfirmed: false) }
        func confirm(upTo number: UInt64) -> Int { queue.settle(number, multiple: true, isConfirmed: true) }
        func closeAMQPChannel(_ error: AMQPChannelError) { queue.abandonAMQPChannel(error) }
        func loseConnection() { queue.abandonConnection() }
        func expire(seconds: Int) -> Duration? {
            queue.expire(start + .seconds(seconds), as: .timedOut).map { start.duration(to: $0) }
        }
        var state: [Int] { [queue.waitingCount, queue.waitingBytes, queue.outstanding, queue.isIdle ? 0 : 1] }
    }

    @Test func writesCallsInOrderAndEndsEachWithItsLastConfirm() async {
        let harness = Harness()
        async let first = harness.publish(["a", "b"], seconds: 9)
        await harness.waitingCount(2)
        async let second = harness.publish(["c"], seconds: 9)
        await harness.waitingCount(3)
        #expect(await harness.write(9) == ["a", "b", "c"])
        #expect(await harness.confirm(upTo: 1) == 1)
        #expect(await harness.state == [0, 0, 2, 1])
        #expect(await harness.confirm(upTo: 3) == 2)
        #expect(await first == nil)
        #expect(await second == nil)
        #expect(await harness.state == [0, 0, 0, 0])
    }

    @Test func failsOnlyTheCallsWhoseDeadlineHasPassed() async {
        let harness = Harness()
        async let short = harness.publish(["a", "b"], seconds: 1)
        await harness.waitingCount(2)
        async let long = harness.publish(["c"], seconds: 5)
        await harness.waitingCount(3)
        #expect(await harness.write(1) == ["a"])
        #expect(await harness.state == [2, 4, 1, 1])
        #expect(await harness.expire(seconds: 0) == .seconds(1))
        #expect(await harness.expire(seconds: 1) == .seconds(5))
        #expect(await short == .timedOut)
        #expect(await harness.state == [1, 2, 1, 1])
        // The unwritten messages of the expired call are not written any more. Its confirm may still arrive.
        #expect(await harness.write(9) == ["c"])
        #expect(await harness.confirm(upTo: 2) == 2)
        #expect(await long == nil)
    }

    @Test func failsTheCallOfTheMessageThatTheErrorMatches() async {
        let harness = Harness()
        async let failing = harness.publish(["a", "bad"], seconds: 9)
        await harness.waitingCount(2)
        async let other = harness.publish(["c"], seconds: 9)
        await harness.waitingCount(3)
        async let unwritten = harness.publish(["bad"], seconds: 9)
        await harness.waitingCount(4)
        _ = await harness.write(3)
        let text = "access to topic 'bad' in exchange 'x' refused"
        await harness.closeAMQPChannel(AMQPChannelError(code: 403, text: text))
        #expect(await failing == .accessRefused(text))
        #expect(await other == .disconnected)
        #expect(await harness.write(9) == ["bad"])
        #expect(await harness.confirm(upTo: 1) == 1)
        #expect(await unwritten == nil)
    }

    @Test func failsWrittenMessagesOfALostConnectionAndKeepsTheOthers() async {
        let harness = Harness()
        async let written = harness.publish(["a", "b"], seconds: 9)
        await harness.waitingCount(2)
        async let waiting = harness.publish(["c"], seconds: 9)
        await harness.waitingCount(3)
        _ = await harness.write(1)
        await harness.loseConnection()
        #expect(await written == .disconnected)
        #expect(await harness.write(9) == ["c"])
        #expect(await harness.confirm(upTo: 1) == 1)
        #expect(await waiting == nil)
    }

    @Test func reportsUnconfirmedMessagesAndWhetherTheyMayHaveArrived() async {
        let harness = Harness()
        async let report = harness.attempt(["a", "b", "c", "d"], seconds: 1)
        await harness.waitingCount(4)
        _ = await harness.write(3)
        #expect(await harness.confirm(upTo: 1) == 1)
        #expect(await harness.refuse(2) == 1)
        _ = await harness.expire(seconds: 1)
        #expect(
            await report.failures == [
                PublishReport.Failure(index: 1, error: .refused, mayHaveArrived: true),
                PublishReport.Failure(index: 2, error: .timedOut, mayHaveArrived: true),
                PublishReport.Failure(index: 3, error: .timedOut, mayHaveArrived: false),
            ])
    }

    @Test func reportsThatTheMessageWhichClosedTheAMQPChannelHasNotArrived() async {
        let harness = Harness()
        async let report = harness.attempt(["a", "bad", "c"], seconds: 9)
        await harness.waitingCount(3)
        _ = await harness.write(2)
        let text = "access to topic 'bad' in exchange 'x' refused"
        await harness.closeAMQPChannel(AMQPChannelError(code: 403, text: text))
        #expect(
            await report.failures == [
                PublishReport.Failure(index: 1, error: .accessRefused(text), mayHaveArrived: false),
                PublishReport.Failure(index: 0, error: .disconnected, mayHaveArrived: true),
                PublishReport.Failure(index: 2, error: .disconnected, mayHaveArrived: false),
            ])
    }
}
