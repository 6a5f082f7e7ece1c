public import Runtime

/// What is tried again, and after which delay: an error that may pass is retried with back-off until it does; one that never passes is not.
///
/// It is a value, so that each worker says in one place which errors are which, and tests give a back-off without delay.
public struct RetryPolicy: Sendable {
    /// What another try would bring.
    public enum Verdict: Sendable, Equatable {
        /// It may succeed.
        case transient
        /// It fails as well, because what is tried is at fault itself.
        case permanent(why: String)
        /// It may have been too much for one try: halves of it may succeed where the whole never would. What cannot be halved is retried.
        case tooMuch
    }

    /// How something ended that was tried until it did.
    public enum Outcome<Success: Sendable>: Sendable {
        case success(Success)
        /// It was given up, and no other try would succeed.
        case permanent(why: String)
    }

    private let backOff: @Sendable () -> BackOff
    private let noteRetry: @Sendable () -> Void
    let classify: @Sendable (any Error) -> Verdict

    /// Retries everything.
    public static let always = RetryPolicy { _ in .transient }

    /// - Parameters:
    ///   - backOff: the delays of one thing that is tried, from its first retry on.
    ///   - noteRetry: called for each retry, on any thread.
    ///   - classify: what another try would bring after an error. `CancellationError` is not asked about.
    public init(
        backOff: @escaping @Sendable () -> BackOff = { BackOff() }, noteRetry: @escaping @Sendable () -> Void = {},
        classify: @escaping @Sendable (any Error) -> Verdict
    ) {
        self.backOff = backOff
        self.noteRetry = noteRetry
        self.classify = classify
    }

    /// Tries until it succeeds, or no other try would.
    ///
    /// - Parameter what: for the log, such as `save events`.
    /// - Throws: only `CancellationError`.
    public func run<Success: Sendable>(
        _ what: String, log: Log, _ body: () async throws -> Success
    ) async throws(CancellationError) -> Outcome<Success> {
        var delays = Delays(self)
        while true {
            do {
                return .success(try await body())
            } catch {
                if case .permanent(let why) = try verdict(error) { return .permanent(why: why) }
                try await delays.wait(what, error, log)
            }
        }
    }

    /// The same for what can be done without: where no try would succeed, that is an error in the log.
    ///
    /// - Throws: only `CancellationError`.
    public func runOrGiveUp(
        _ what: String, log: Log, _ body: () async throws -> Void
    ) async throws(CancellationError) {
        guard case .permanent(let why) = try await run(what, log: log, body) else { return }
        log.error("gave up", ["what": what, "error": why])
    }

    /// Tries what is left of something until nothing is. There is a delay before each try, as the first one was made already.
    ///
    /// - Parameter attempt: gives what is left after it; nil where nothing is.
    /// - Throws: only `CancellationError`.
    public func finish<Rest>(
        _ rest: Rest, _ attempt: (Rest) async throws(CancellationError) -> Rest?
    ) async throws(CancellationError) {
        var delays = Delays(self)
        var left: Rest? = rest
        while let rest = left {
            try await delays.wait()
            left = try await attempt(rest)
        }
    }

    /// - Throws: `CancellationError` where that is what has happened.
    func verdict(_ error: any Error) throws(CancellationError) -> Verdict {
        if Task.isCancelled || error is CancellationError { throw CancellationError() }
        return classify(error)
    }

    /// The delays between the tries of one thing.
    struct Delays {
        private let policy: RetryPolicy
        private var backOff: BackOff

        init(_ policy: RetryPolicy) {
            self.policy = policy
            backOff = policy.backOff()
        }

        /// Says in the log that another try follows, and waits for it.
        mutating func wait(_ what: String, _ error: any Error, _ log: Log) async throws(CancellationError) {
            log.warning("trying again", ["what": what, "error": "\(error)"])
            try await wait()
        }

        mutating func wait() async throws(CancellationError) {
            policy.noteRetry()
            do { try await Task.sleep(for: backOff.delay()) } catch { throw CancellationError() }
        }
    }
}
