public import Runtime

/// Which errors are retried, and after which delay. A transient error is retried with back-off until the try succeeds; a permanent one is not.
///
/// It is a value, so that each worker classifies its errors in one place, and tests can use a back-off without delay.
public struct RetryPolicy: Sendable {
    /// Whether another try may succeed.
    public enum Verdict: Sendable, Equatable {
        /// It may succeed.
        case transient
        /// It fails as well, because the item itself is at fault.
        case permanent(why: String)
        /// The batch may be too large for one try: its halves may succeed where the whole never does. What cannot be halved is retried.
        case tooMuch
    }

    /// The result of the last try.
    public enum Outcome<Success: Sendable>: Sendable {
        case success(Success)
        /// It failed, and no other try can succeed.
        case permanent(why: String)
    }

    private let backOff: @Sendable () -> BackOff
    private let noteRetry: @Sendable () -> Void
    let classify: @Sendable (any Error) -> Verdict

    /// Retries everything.
    public static let always = RetryPolicy { _ in .transient }

    /// - Parameters:
    ///   - backOff: creates the delays of one `run`, from its first retry on.
    ///   - noteRetry: called for each retry, on any thread.
    ///   - classify: the verdict on an error. Not called for `CancellationError`.
    public init(
        backOff: @escaping @Sendable () -> BackOff = { BackOff() }, noteRetry: @escaping @Sendable () -> Void = {},
        classify: @escaping @Sendable (any Error) -> Verdict
    ) {
        self.backOff = backOff
        self.noteRetry = noteRetry
        self.classify = classify
    }

    /// Tries until it succeeds, or no other try can succeed.
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

    /// The same for optional work: if no try can succeed, it logs an error.
    ///
    /// - Throws: only `CancellationError`.
    public func runOrGiveUp(
        _ what: String, log: Log, _ body: () async throws -> Void
    ) async throws(CancellationError) {
        guard case .permanent(let why) = try await run(what, log: log, body) else { return }
        log.error("gave up", ["what": what, "error": why])
    }

    /// Tries the rest of something until nothing is left. There is a delay before each try, because the first one was already made.
    ///
    /// - Parameter attempt: returns what is left after it; nil where nothing is.
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

    /// - Throws: `CancellationError` where the error is one.
    func verdict(_ error: any Error) throws(CancellationError) -> Verdict {
        if Task.isCancelled || error is CancellationError { throw CancellationError() }
        return classify(error)
    }

    /// The delays between the tries of one `run`.
    struct Delays {
        private let policy: RetryPolicy
        private var backOff: BackOff

        init(_ policy: RetryPolicy) {
            self.policy = policy
            backOff = policy.backOff()
        }

        /// Logs that another try follows, and waits for the delay.
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
