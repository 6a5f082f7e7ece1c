import Synchronization

/// The conditions for `/readyz`. Each part of a process adds its conditions when it is built, and updates them when they change (a connection
/// opened or lost), so that `/readyz` needs no query.
public final class Readiness: Sendable {
    /// One condition.
    public final class Condition: Sendable {
        /// Shown by `/readyz`: `broker`, `topology`, `recorder: broker`.
        public let name: String
        private let state = Atomic<Bool>(false)
        private let check: (@Sendable () -> Bool)?

        fileprivate init(name: String, check: (@Sendable () -> Bool)? = nil) {
            self.name = name
            self.check = check
        }

        /// False until it is set. Safe on any thread.
        public var isMet: Bool { check?() ?? state.load(ordering: .acquiring) }

        public func set(_ isMet: Bool) { state.store(isMet, ordering: .releasing) }
    }

    private let added = Mutex<[Condition]>([])

    public init() {}

    /// Adds a condition, which is not met yet.
    public func condition(_ name: String) -> Condition {
        let condition = Condition(name: name)
        added.withLock { $0.append(condition) }
        return condition
    }

    /// Adds a condition that is evaluated by `unmet`.
    ///
    /// - Parameter check: must return at once; called on any thread.
    public func condition(_ name: String, check: @escaping @Sendable () -> Bool) {
        let condition = Condition(name: name, check: check)
        added.withLock { $0.append(condition) }
    }

    /// The names of the unmet conditions, in the order in which they were added. The process is ready when there are none.
    public var unmet: [String] { added.withLock { $0 }.filter { !$0.isMet }.map(\.name) }
}
