import Broker
import Database
import Model
import Runtime
import Synchronization
import Testing

@testable import Recorder

@Suite struct FlusherTests {
    /// The calls of a flusher, in order.
    private final class CallLog: Sendable {
        private let lines = Mutex<[String]>([])
        private let failures: Mutex<[any Error]>

        /// - Parameter failures: thrown by the first calls, one each.
        init(failures: [any Error] = []) { self.failures = Mutex(failures) }

        var text: [String] { lines.withLock { $0 } }

        func write(_ line: String) { lines.withLock { $0.append(line) } }

        func throwNextFailure() throws {
            if let failure = failures.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
                write("failure")
                throw failure
            }
        }
    }

    /// A flusher that logs its calls. The database refuses events of the consumer "bad".
    private func flusher(_ calls: CallLog) -> Flusher {
        Flusher(
            save: { events in
                try calls.throwNextFailure()
                let numbers = events.map { event in
                    guard case .notification(let event) = event else { return "?" }
                    return event.consumer == "bad" ? "bad" : "\(event.notification)".suffix(1).description
                }
                guard !numbers.contains("bad") else {
                    throw DatabaseError.refused("23514", reason: "refused by constraint", statement: "save")
                }
                calls.write("save \(numbers.joined())")
            },
            mark: { time in
                try calls.throwNextFailure()
                calls.write("mark \(time.milliseconds)")
            },
            park: { delivery, reason in
                try calls.throwNextFailure()
                calls.write("park \(delivery.tag.number)")
                #expect(!reason.isEmpty)
            },
            acknowledge: { tags in calls.write("acknowledge \(tags.map { "\($0.number)" }.joined())") },
            metrics: RecorderMetrics(.normal, Metrics()),
            retries: RecorderRole.retries(
                RecorderMetrics(.normal, Metrics()), backOff: { BackOff(initial: .milliseconds(1), limit: .milliseconds(1)) }),
            log: .discarded)
    }

    private func messages(_ consumers: [String]) -> [ReceivedMessage] {
        consumers.enumerated().map { index, consumer in
            ReceivedMessage(Sample.delivery(UInt64(index), [Sample.event(.created, index, consumer: consumer)]), number: index)
        }
    }

    @Test func aBatchIsSavedAtOnceAndThenAcknowledged() async {
        let calls = CallLog()
        _ = await flusher(calls).flush(messages(["a", "b", "c"]))
        #expect(calls.text == ["save 012", "acknowledge 012"])
    }

    @Test func oneInvalidMessageIsFoundByHalvesAndParkedAndTheRestIsSaved() async {
        let calls = CallLog()
        _ = await flusher(calls).flush(messages(["a", "b", "c", "d", "e", "bad", "g", "h"]))
        #expect(
            calls.text == [
                "save 0123", "acknowledge 0123", "save 4", "acknowledge 4", "park 5", "acknowledge 5", "save 67",
                "acknowledge 67",
            ])
    }

    @Test func aMessageThatCannotBeReadIsParked() async {
        let calls = CallLog()
        let message = OutgoingMessage(exchange: "events", routingKey: "acme.created", body: Array("no JSON".utf8))
        _ = await flusher(calls).flush(messages(["a"]) + [ReceivedMessage(Sample.delivery(7, message), number: 1)])
        #expect(calls.text == ["save 0", "acknowledge 0", "park 7", "acknowledge 7"])
    }

    @Test(arguments: [
        DatabaseError.disconnected(reason: "gone"), .timedOut(statement: "save"), .overloaded(waiting: 9),
        .refused("40P01", reason: "deadlock", statement: "save"), .refused("42P01", reason: "no table", statement: "save"),
    ])
    func anErrorThatTheDataDoesNotCauseIsRetriedAndNothingIsAcknowledgedBefore(failure: DatabaseError) async {
        let calls = CallLog(failures: [failure, failure])
        _ = await flusher(calls).flush(messages(["a", "b"]))
        #expect(calls.text == ["failure", "failure", "save 01", "acknowledge 01"])
    }

    @Test func aMessageThatIsNotParkedBeforeCancellationIsNotAcknowledged() async {
        let calls = CallLog(failures: [DatabaseError.refused("23514", reason: "", statement: ""), CancellationError()])
        #expect(await !flusher(calls).flush(messages(["a"])))
        #expect(calls.text == ["failure", "failure"])
    }

    @Test func marksAreSavedTogetherAndAcknowledgedEvenIfSavingFails() async {
        let marks = [3, 5, 4].map { Mark(at: Timestamp(milliseconds: $0), tag: DeliveryTag(epoch: 1, number: UInt64($0))) }
        let calls = CallLog()
        await flusher(calls).saveMarks(marks)
        #expect(calls.text == ["mark 5", "acknowledge 354"])
        let failed = CallLog(failures: [DatabaseError.disconnected(reason: "gone")])
        await flusher(failed).saveMarks(marks)
        #expect(failed.text == ["failure", "acknowledge 354"])
    }

    @Test func aCancelledFlushAcknowledgesNothing() async {
        let calls = CallLog(failures: Array(repeating: DatabaseError.disconnected(reason: "gone"), count: 1_000_000))
        let flushing = Task { await flusher(calls).flush(messages(["a", "b"])) }
        flushing.cancel()
        #expect(await !flushing.value)
        #expect(calls.text.allSatisfy { $0 == "failure" })
    }
}
