import Synchronization

/// What must hold before a process says on `/readyz` that it is ready: each part adds its conditions when it is built, and keeps them up
/// to date from where it learns of them (a connection that came or went), so that nobody has to be asked.
public final class Readiness: Sendable {
    /// One thing that must hold.
    public final class Condition: Sendable {
        /// `broker`, `topology`, `recorder: broker`.
        public let name: String
        private let state = Atomic<Bool>(false)
        private let check: (@Sendable () -> Bool)?

        fileprivate init(name: String, check: (@Sendable () -> Bool)? = nil) {
            self.name = name
            self.check = check
        }

        /// False until it is set. May be called from any thread.
        public var isMet: Bool { check?() ?? state.load(ordering: .acquiring) }

        public func set(_ isMet: Bool) { state.store(isMet, ordering: .releasing) }
    }

    private let added = Mutex<[Condition]>([])

    public init() {}

    /// Adds a condition, which does not hold yet.
    public func condition(_ name: String) -> Condition {
        let condition = Condition(name: name)
        added.withLock { $0.append(condition) }
        return condition
    }

    /// Adds a condition that is looked at when it is asked for.
    ///
    /// - Parameter check: answers at once from what is known; called on any thread.
    public func condition(_ name: String, check: @escaping @Sendable () -> Bool) {
        let condition = Condition(name: name, check: check)
        added.withLock { $0.append(condition) }
    }

    /// The names of what does not hold, in the order in which they were added. The process is ready when there are none.
    public var unmet: [String] { added.withLock { $0 }.filter { !$0.isMet }.map(\.name) }
}
