public import Model
public import Senders
import Synchronization

/// A provider for tests: it answers as its script says, and records what it was given.
public final class ProviderDouble: Provider {
    /// What it was given at once.
    public struct Call: Sendable {
        public let notifications: [Notification]
        public let at: ContinuousClock.Instant
    }

    private struct State {
        var calls: [Call] = []
        var hanging: [(script: Verdict, end: @Sendable (Verdict) -> Void)] = []
        var isReleased = false
    }

    public let name: String
    public let medium: Medium
    public let reach: ProviderReach
    public let callsAtOnce: Int
    public let maximumBatch: Int
    public let maximumDelay: Duration
    public let rate: AccountRate?
    /// The calls when they have begun. For one reader.
    public let began: AsyncStream<Call>
    private let begin: AsyncStream<Call>.Continuation
    private let destination: @Sendable (Notification) -> Destination
    private let script: ProviderScript
    private let later: @Sendable (Duration, @escaping @Sendable () -> Void) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - destination: nil if the provider reaches everybody by one account.
    ///   - later: calls the body after that time; a test with a clock of its own provides it.
    public init(
        _ name: String = "double", medium: Medium = .webhook, reach: ProviderReach = .account, callsAtOnce: Int = 64,
        maximumBatch: Int = 1, maximumDelay: Duration = .zero, rate: AccountRate? = nil,
        destination: (@Sendable (Notification) -> Destination)? = nil,
        script: ProviderScript = .always(.delivered(reference: nil)),
        later: @escaping @Sendable (Duration, @escaping @Sendable () -> Void) -> Void = ProviderDouble.sleeping
    ) {
        self.name = name
        self.medium = medium
        self.reach = reach
        self.callsAtOnce = callsAtOnce
        self.maximumBatch = maximumBatch
        self.maximumDelay = maximumDelay
        self.rate = rate
        self.destination = destination ?? { _ in Destination(name) }
        self.script = script
        self.later = later
        (began, begin) = AsyncStream.makeStream()
    }

    /// One that answers at once.
    public convenience init(medium: Medium = .webhook, _ verdict: @escaping @Sendable (Notification) -> Verdict) {
        self.init(medium: medium, script: .verdicts(verdict))
    }

    public static func sleeping(_ time: Duration, _ body: @escaping @Sendable () -> Void) {
        Task {
            try? await Task.sleep(for: time)
            body()
        }
    }

    public var calls: [Call] { state.withLock { $0.calls } }
    /// What it was given, in order.
    public var given: [Notification] { calls.flatMap(\.notifications) }
    public var deliveries: [NotificationID] { given.map(\.id) }
    /// How many hang.
    public var hangingCount: Int { state.withLock { $0.hanging.count } }

    public func destination(of notification: Notification) -> Destination { destination(notification) }

    public func deliver(_ notifications: [Notification], report: @escaping @Sendable (Int, Verdict) -> Void) {
        let call = Call(notifications: notifications, at: .now)
        state.withLock { $0.calls.append(call) }
        for (index, notification) in notifications.enumerated() {
            switch script.answer(notification) {
            case .now(let verdict): report(index, verdict)
            case .after(let time, let verdict): later(time) { report(index, verdict) }
            case .hanging(let verdict):
                let isReleased = state.withLock { state in
                    if !state.isReleased { state.hanging.append((verdict, { report(index, $0) })) }
                    return state.isReleased
                }
                if isReleased { report(index, verdict) }
            }
        }
        begin.yield(call)
    }

    /// Answers those that have been hanging longest.
    ///
    /// - Parameter verdict: nil for the script's.
    public func end(_ count: Int, _ verdict: Verdict? = nil) {
        let ended = state.withLock { state in
            defer { state.hanging.removeFirst(min(count, state.hanging.count)) }
            return Array(state.hanging.prefix(count))
        }
        for hanging in ended { hanging.end(verdict ?? hanging.script) }
    }

    /// Answers those that hang, and from now on everybody at once.
    public func release() {
        let ended = state.withLock { state in
            state.isReleased = true
            defer { state.hanging = [] }
            return state.hanging
        }
        for hanging in ended { hanging.end(hanging.script) }
    }
}
