import Broker
import Database
import Model
import Runtime
import Synchronization
import Testing

@testable import Recorder

@Suite struct FlusherTests {
    /// What a flusher did, in order.
    private final class Diary: Sendable {
        private let lines = Mutex<[String]>([])
        private let troubles: Mutex<[any Error]>

        /// - Parameter troubles: thrown by the first saves and parkings, one each.
        init(troubles: [any Error] = []) { self.troubles = Mutex(troubles) }

        var text: [String] { lines.withLock { $0 } }

        func write(_ line: String) { lines.withLock { $0.append(line) } }

        func meetTrouble() throws {
            if let trouble = troubles.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
                write("trouble")
                throw trouble
            }
        }
    }

    /// A flusher into the diary. Events of the consumer "bad" are refused by the database.
    private func flusher(_ diary: Diary) -> Flusher {
        Flusher(
            save: { events in
                try diary.meetTrouble()
                let numbers = events.map { event in
                    guard case .notification(let event) = event else { return "?" }
                    return event.consumer == "bad" ? "bad" : "\(event.notification)".suffix(1).description
                }
                guard !numbers.contains("bad") else {
                    throw DatabaseError.refused("23514", reason: "refused by constraint", statement: "save")
                }
                diary.write("save \(numbers.joined())")
            },
            mark: { time in
                try diary.meetTrouble()
                diary.write("mark \(time.milliseconds)")
            },
            park: { delivery, reason in
                try diary.meetTrouble()
                diary.write("park \(delivery.tag.number)")
                #expect(!reason.isEmpty)
            },
            acknowledge: { tags in diary.write("acknowledge \(tags.map { "\($0.number)" }.joined())") },
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
        let diary = Diary()
        _ = await flusher(diary).flush(messages(["a", "b", "c"]))
        #expect(diary.text == ["save 012", "acknowledge 012"])
    }

    @Test func oneBadMessageIsFoundByHalvesAndParkedAndTheRestIsSaved() async {
        let diary = Diary()
        _ = await flusher(diary).flush(messages(["a", "b", "c", "d", "e", "bad", "g", "h"]))
        #expect(
            diary.text == [
                "save 0123", "acknowledge 0123", "save 4", "acknowledge 4", "park 5", "acknowledge 5", "save 67",
                "acknowledge 67",
            ])
    }

    @Test func aMessageThatCannotBeReadIsParked() async {
        let diary = Diary()
        let message = OutgoingMessage(exchange: "events", routingKey: "acme.created", body: Array("no JSON".utf8))
        _ = await flusher(diary).flush(messages(["a"]) + [ReceivedMessage(Sample.delivery(7, message), number: 1)])
        #expect(diary.text == ["save 0", "acknowledge 0", "park 7", "acknowledge 7"])
    }

    @Test(arguments: [
        DatabaseError.disconnected(reason: "gone"), .timedOut(statement: "save"), .overloaded(waiting: 9),
        .refused("40P01", reason: "deadlock", statement: "save"), .refused("42P01", reason: "no table", statement: "save"),
    ])
    func whateverIsNotTheDatasFaultIsTriedAgainAndNothingIsAcknowledgedBefore(trouble: DatabaseError) async {
        let diary = Diary(troubles: [trouble, trouble])
        _ = await flusher(diary).flush(messages(["a", "b"]))
        #expect(diary.text == ["trouble", "trouble", "save 01", "acknowledge 01"])
    }

    @Test func whatCouldNotBeParkedBeforeTheEndComesAgain() async {
        let diary = Diary(troubles: [DatabaseError.refused("23514", reason: "", statement: ""), CancellationError()])
        #expect(await !flusher(diary).flush(messages(["a"])))
        #expect(diary.text == ["trouble", "trouble"])
    }

    @Test func marksAreNotedTogetherAndAcknowledgedEvenWhereTheyCannotBe() async {
        let marks = [3, 5, 4].map { Mark(at: Timestamp(milliseconds: $0), tag: DeliveryTag(epoch: 1, number: UInt64($0))) }
        let diary = Diary()
        await flusher(diary).note(marks)
        #expect(diary.text == ["mark 5", "acknowledge 354"])
        let troubled = Diary(troubles: [DatabaseError.disconnected(reason: "gone")])
        await flusher(troubled).note(marks)
        #expect(troubled.text == ["trouble", "acknowledge 354"])
    }

    @Test func aCancelledFlushAcknowledgesNothing() async {
        let diary = Diary(troubles: Array(repeating: DatabaseError.disconnected(reason: "gone"), count: 1_000_000))
        let flushing = Task { await flusher(diary).flush(messages(["a", "b"])) }
        flushing.cancel()
        #expect(await !flushing.value)
        #expect(diary.text.allSatisfy { $0 == "trouble" })
    }
}
