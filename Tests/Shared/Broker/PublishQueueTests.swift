import Testing

@testable import Broker

@Suite struct PublishQueueTests {
    /// Calls over a queue whose messages are written and answered for by hand.
    private actor Desk {
        private var queue = PublishQueue()
        private let start = ContinuousClock.now

        /// - Returns: how it failed; nil if it did not.
        func publish(_ keys: [String], seconds: Int) async -> PublishError? {
            await attempt(keys, seconds: seconds).failures.first?.error
        }

        func attempt(_ keys: [String], seconds: Int) async -> PublishReport {
            await withCheckedContinuation { continuation in
                let messages = keys.map { OutgoingMessage(exchange: "x", routingKey: $0, body: [1, 2]) }
                queue.add(PublishCall(messages, deadline: start + .seconds(seconds), continuation: continuation))
            }
        }

        /// Waits until so many messages wait.
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
        func closeChannel(_ exception: ChannelException) { queue.abandonChannel(exception) }
        func loseConnection() { queue.abandonConnection() }
        func expire(seconds: Int) -> Duration? {
            queue.expire(start + .seconds(seconds), as: .timedOut).map { start.duration(to: $0) }
        }
        var state: [Int] { [queue.waitingCount, queue.waitingBytes, queue.outstanding, queue.isIdle ? 0 : 1] }
    }

    @Test func writesCallsInTheirOrderAndEndsEachWithItsLastConfirm() async {
        let desk = Desk()
        async let first = desk.publish(["a", "b"], seconds: 9)
        await desk.waitingCount(2)
        async let second = desk.publish(["c"], seconds: 9)
        await desk.waitingCount(3)
        #expect(await desk.write(9) == ["a", "b", "c"])
        #expect(await desk.confirm(upTo: 1) == 1)
        #expect(await desk.state == [0, 0, 2, 1])
        #expect(await desk.confirm(upTo: 3) == 2)
        #expect(await first == nil)
        #expect(await second == nil)
        #expect(await desk.state == [0, 0, 0, 0])
    }

    @Test func failsOnlyTheCallsWhoseTimeIsOver() async {
        let desk = Desk()
        async let short = desk.publish(["a", "b"], seconds: 1)
        await desk.waitingCount(2)
        async let long = desk.publish(["c"], seconds: 5)
        await desk.waitingCount(3)
        #expect(await desk.write(1) == ["a"])
        #expect(await desk.state == [2, 4, 1, 1])
        #expect(await desk.expire(seconds: 0) == .seconds(1))
        #expect(await desk.expire(seconds: 1) == .seconds(5))
        #expect(await short == .timedOut)
        #expect(await desk.state == [1, 2, 1, 1])
        // What was not written of the late call is not written any more; its confirm may still come.
        #expect(await desk.write(9) == ["c"])
        #expect(await desk.confirm(upTo: 2) == 2)
        #expect(await long == nil)
    }

    @Test func blamesTheMessageThatTheBrokerSpeaksOf() async {
        let desk = Desk()
        async let guilty = desk.publish(["a", "bad"], seconds: 9)
        await desk.waitingCount(2)
        async let innocent = desk.publish(["c"], seconds: 9)
        await desk.waitingCount(3)
        async let unwritten = desk.publish(["bad"], seconds: 9)
        await desk.waitingCount(4)
        _ = await desk.write(3)
        let text = "access to topic 'bad' in exchange 'x' refused"
        await desk.closeChannel(ChannelException(code: 403, text: text))
        #expect(await guilty == .accessRefused(text))
        #expect(await innocent == .disconnected)
        #expect(await desk.write(9) == ["bad"])
        #expect(await desk.confirm(upTo: 1) == 1)
        #expect(await unwritten == nil)
    }

    @Test func failsWhatWasWrittenWhenTheConnectionIsLostAndKeepsTheRest() async {
        let desk = Desk()
        async let written = desk.publish(["a", "b"], seconds: 9)
        await desk.waitingCount(2)
        async let waiting = desk.publish(["c"], seconds: 9)
        await desk.waitingCount(3)
        _ = await desk.write(1)
        await desk.loseConnection()
        #expect(await written == .disconnected)
        #expect(await desk.write(9) == ["c"])
        #expect(await desk.confirm(upTo: 1) == 1)
        #expect(await waiting == nil)
    }

    @Test func tellsWhichMessagesAreNotConfirmedAndWhichOfThemMayHaveArrived() async {
        let desk = Desk()
        async let report = desk.attempt(["a", "b", "c", "d"], seconds: 1)
        await desk.waitingCount(4)
        _ = await desk.write(3)
        #expect(await desk.confirm(upTo: 1) == 1)
        #expect(await desk.refuse(2) == 1)
        _ = await desk.expire(seconds: 1)
        #expect(
            await report.failures == [
                PublishReport.Failure(index: 1, error: .refused, mayHaveArrived: true),
                PublishReport.Failure(index: 2, error: .timedOut, mayHaveArrived: true),
                PublishReport.Failure(index: 3, error: .timedOut, mayHaveArrived: false),
            ])
    }

    @Test func clearsTheMessageThatTheBrokerClosedTheChannelFor() async {
        let desk = Desk()
        async let report = desk.attempt(["a", "bad", "c"], seconds: 9)
        await desk.waitingCount(3)
        _ = await desk.write(2)
        let text = "access to topic 'bad' in exchange 'x' refused"
        await desk.closeChannel(ChannelException(code: 403, text: text))
        #expect(
            await report.failures == [
                PublishReport.Failure(index: 1, error: .accessRefused(text), mayHaveArrived: false),
                PublishReport.Failure(index: 0, error: .disconnected, mayHaveArrived: true),
                PublishReport.Failure(index: 2, error: .disconnected, mayHaveArrived: false),
            ])
    }
}
