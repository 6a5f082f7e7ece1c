import Synchronization

/// What must hold before a process says on `/readyz` that it is ready: each part adds its conditions when it is built, and keeps them up
/// to date from where it learns of them (a connection that came or went), so that nobody has to be asked.
public final class Readiness: Sendable {
    /// One thing that must hold.
    public final class Condition: Sendable {
        /// `broker`, `topology`, `recorder: broker`.
        public let name: String
        private let state = Atomic<Bool>(false)

        fileprivate init(name: String) { self.name = name }

        /// False until it is set. May be called from any thread.
        public var isMet: Bool { state.load(ordering: .acquiring) }

        public func set(_ isMet: Bool) { state.store(isMet, ordering: .releasing) }
    }

    private let added = Mutex<[Condition]>([])

    public init() {}

    /// In the order in which they were added.
    public var conditions: [Condition] { added.withLock { $0 } }

    /// Adds a condition, which does not hold yet.
    public func condition(_ name: String) -> Condition {
        let condition = Condition(name: name)
        added.withLock { $0.append(condition) }
        return condition
    }

    /// The names of what does not hold, in the order in which they were added. The process is ready when there are none.
    public var unmet: [String] { conditions.filter { !$0.isMet }.map(\.name) }
}
