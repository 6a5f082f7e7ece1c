public import Model

/// One way to send notifications of one medium: a mail relay, a push service, the web itself.
///
/// A provider only turns notifications into verdicts. The engine settles what follows from a verdict.
///
/// There is one for each account in a process, and all lanes use it. What lanes must not share, such as connections, it keeps for each of
/// them (`PerLane`).
public protocol Provider: Sendable {
    /// As operators call it, in settings, metrics and events: `direct`, `primary`.
    var name: String { get }

    var medium: Medium { get }

    /// How many calls of a lane to one destination run at once. It is given no more, so that none waits where it cannot be deferred.
    var callsAtOnce: Int { get }

    /// How many more it is given for a destination that answers, so that no connection is idle while the next ones are prepared.
    var callsInReserve: Int { get }

    /// What its calls reach. An endpoint that fails for days is disabled; a provider's own failures do not count for that.
    var reach: ProviderReach { get }

    /// How many notifications of one destination go into one call at most. At 1, each is a call of its own.
    var maximumBatch: Int { get }

    /// How long the first notification of a call waits at most until the call is full. On the priority lane none waits.
    var maximumDelay: Duration { get }

    /// How many notifications a second its account allows, in all processes together; nil if it has no such limit.
    var rate: AccountRate? { get }

    /// What this notification must reach. Does not block.
    func destination(of notification: Notification) -> Destination

    /// Sends a batch.
    ///
    /// - Parameters:
    ///   - notifications: all of the same lane. If `maximumBatch` is more than 1, they are one call: all of one destination, and at most so
    ///     many.
    ///   - report: called exactly once for each index of the batch, in any order, on any thread. It does not block.
    func deliver(_ notifications: [Notification], report: @escaping @Sendable (Int, Verdict) -> Void)
}

/// A provider that reaches everybody by one account is a destination itself.
extension Provider {
    public var callsAtOnce: Int { 64 }

    public var callsInReserve: Int { 0 }

    public var reach: ProviderReach { .account }

    public var maximumBatch: Int { 1 }

    public var maximumDelay: Duration { .zero }

    public var rate: AccountRate? { nil }

    public func destination(of notification: Notification) -> Destination { Destination(name) }
}
