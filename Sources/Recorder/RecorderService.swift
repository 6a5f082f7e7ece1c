import Broker
import Model
import Queueing
import Runtime
import Synchronization
import Topology

/// Consumes the events of a lane and saves them in batches: while one batch is being committed, the next is collected.
final class RecorderService: QueueService {
    let name: String
    let worker: QueueWorker
    private let flushAge: Duration
    private let flusher: @Sendable (Consumption) -> Flusher
    private let schedule: Mutex<FlushSchedule<ReceivedMessage>>
    private let book = Mutex(MarkBook<Mark>())
    private let batches: AsyncStream<[ReceivedMessage]>
    private let queue: AsyncStream<[ReceivedMessage]>.Continuation

    /// - Parameter flusher: creates the flusher that settles the deliveries of the consumption.
    init(lane: Lane, settings: RecorderSettings, subscriber: Subscriber, flusher: @escaping @Sendable (Consumption) -> Flusher) {
        name = "recorder \(lane.rawValue)"
        worker = QueueWorker(queue: QueueName.record(lane).name, prefetch: settings.prefetch, subscriber: subscriber)
        flushAge = settings.flushAge
        self.flusher = flusher
        schedule = Mutex(
            FlushSchedule(
                countLimit: settings.flushCount, messageLimit: max(1, settings.prefetch / (settings.flushes + 1)),
                flushLimit: settings.flushes))
        (batches, queue) = AsyncStream.makeStream()
    }

    /// Saves what was received before the deliveries end. If that takes too long and the task is cancelled, the rest stays unacknowledged.
    func work(on consumption: Consumption) async {
        let flusher = flusher(consumption)
        async let received: Void = receive(consumption, savingMarksWith: flusher)
        await save(with: flusher)
        await received
    }

    private func receive(_ consumption: Consumption, savingMarksWith flusher: Flusher) async {
        for await deliveries in consumption.deliveries {
            for delivery in deliveries {
                if let mark = Mark(delivery) {
                    await flusher.saveMarks(book.withLock { $0.add(mark) })
                } else {
                    let message = ReceivedMessage(delivery, number: book.withLock { $0.take() })
                    perform(schedule.withLock { $0.add(message, weight: message.weight) })
                }
            }
        }
        perform(schedule.withLock { $0.finish() })
    }

    private func save(with flusher: Flusher) async {
        await withDiscardingTaskGroup { group in
            for await batch in batches {
                group.addTask {
                    if await flusher.flush(batch) {
                        let numbers = batch[0].number...batch[batch.count - 1].number
                        await flusher.saveMarks(self.book.withLock { $0.settle(numbers) })
                    }
                    self.perform(self.schedule.withLock { $0.flushed() })
                }
            }
        }
    }

    private func perform(_ actions: [FlushSchedule<ReceivedMessage>.Action]) {
        for action in actions {
            switch action {
            case .flush(let batch): queue.yield(batch)
            case .startTimer(let number): startTimer(number)
            case .finish: queue.finish()
            }
        }
    }

    private func startTimer(_ number: Int) {
        Task { [weak self, age = flushAge] in
            try? await Task.sleep(for: age)
            guard let self else { return }
            perform(schedule.withLock { $0.isDue(number) })
        }
    }
}
