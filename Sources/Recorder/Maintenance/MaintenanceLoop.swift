import Database
import Runtime
import Synchronization

/// Repeats a step of housekeeping: at once while there is more to do, with a pause, and otherwise at an interval.
final class MaintenanceLoop: Sendable {
    enum Progress {
        case nothingLeft
        case more
    }

    private let what: String
    private let interval: Duration
    private let pause: Duration
    private let log: Log
    private let running = Mutex<Task<Void, Never>?>(nil)

    /// - Parameters:
    ///   - what: the rest of a sentence that begins with "cannot".
    ///   - interval: after a step that found nothing.
    ///   - pause: after another step.
    init(_ what: String, interval: Duration, pause: Duration, log: Log) {
        self.what = what
        self.interval = interval
        self.pause = pause
        self.log = log
    }

    func start(_ step: @escaping @Sendable () async throws -> Progress) {
        running.withLock { $0 = Task { await run(step) } }
    }

    /// Cancels the current step and waits for its end.
    func drain() async {
        guard let task = running.withLock({ $0.take() }) else { return }
        task.cancel()
        await task.value
    }

    private func run(_ step: @Sendable () async throws -> Progress) async {
        while !Task.isCancelled {
            var wait = interval
            do {
                if try await step() == .more { wait = pause }
            } catch let error as DatabaseError where error.isTransient {
                log.debug("the database did not answer", ["error": error])
            } catch is CancellationError {
                return
            } catch {
                // A shutdown cancels the current step; another process repeats it.
                if !Task.isCancelled { log.error("cannot \(what)", ["error": "\(error)"]) }
            }
            try? await Task.sleep(for: wait)
        }
    }
}
