import Synchronization

/// Who is to be informed when messages may have been lost.
final class Interruptions: Sendable {
    private let bodies = Mutex<[@Sendable () -> Void]>([])

    func add(_ body: @escaping @Sendable () -> Void) { bodies.withLock { $0.append(body) } }

    func report() { for body in bodies.withLock({ $0 }) { body() } }
}
