import Broker
import Model
import Runtime
import Synchronization
import Topology

/// Takes the events of a lane from their queue and saves them in batches: while one batch is being committed, the next is read and gathered.
final class RecorderService: Service {
    let name: String
    private let lane: Lane
    private let settings: RecorderSettings
    private let subscriber: Subscriber
    private let flusher: @Sendable (Consumption) -> Flusher
    private let schedule: Mutex<FlushSchedule<ReceivedMessage>>
    private let book = Mutex(MarkBook<Mark>())
    private let batches: AsyncStream<[ReceivedMessage]>
    private let queue: AsyncStream<[ReceivedMessage]>.Continuation
    private let running = Mutex<(consumption: Consumption, saving: Task<Void, Never>)?>(nil)

    /// - Parameter flusher: makes the flusher that settles deliveries of the consumption.
    init(lane: Lane, settings: RecorderSettings, subscriber: Subscriber, flusher: @escaping @Sendable (Consumption) -> Flusher) {
        name = "recorder \(lane.rawValue)"
        self.lane = lane
        self.settings = settings
        self.subscriber = subscriber
        self.flusher = flusher
        schedule = Mutex(
            FlushSchedule(
                countLimit: settings.flushCount, messageLimit: max(1, settings.prefetch / (settings.flushes + 1)),
                flushLimit: settings.flushes))
        (batches, queue) = AsyncStream.makeStream()
    }

    var stage: ServiceStage { .work }

    func start() async throws {
        let consumption = try await subscriber.consume(queue: QueueName.record(lane).name, prefetch: settings.prefetch)
        let flusher = flusher(consumption)
        let saving = Task {
            async let taken: Void = take(consumption, noting: flusher)
            await save(with: flusher)
            await taken
        }
        running.withLock { $0 = (consumption, saving) }
    }

    func stopTaking() async { await running.withLock { $0?.consumption }?.cancel() }

    /// Saves what is in hand. If that takes too long and the drain is cancelled, the rest stays with the broker.
    func drain() async {
        guard let (consumption, saving) = running.withLock({ $0 }) else { return }
        await consumption.cancel()
        await withTaskCancellationHandler {
            await saving.value
        } onCancel: {
            saving.cancel()
        }
    }

    private func take(_ consumption: Consumption, noting flusher: Flusher) async {
        for await deliveries in consumption.deliveries {
            for delivery in deliveries {
                if let mark = Mark(delivery) {
                    await flusher.note(book.withLock { $0.add(mark) })
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
                        await flusher.note(self.book.withLock { $0.settle(numbers) })
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
        Task { [weak self, age = settings.flushAge] in
            try? await Task.sleep(for: age)
            guard let self else { return }
            perform(schedule.withLock { $0.isDue(number) })
        }
    }
}
