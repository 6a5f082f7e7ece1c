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

    /// How many notifications of a lane for one destination run at once. It is given no more, so that none waits where it cannot be deferred.
    var callsAtOnce: Int { get }

    /// How many more it is given for a destination that answers, so that no connection is idle while the next ones are prepared.
    var callsInReserve: Int { get }

    /// What its calls reach. An endpoint that fails for days is disabled; a provider's own failures do not count for that.
    var reach: ProviderReach { get }

    /// What this notification must reach. Does not block.
    func destination(of notification: Notification) -> Destination

    /// Sends a batch.
    ///
    /// - Parameters:
    ///   - notifications: all of the same lane.
    ///   - report: called exactly once for each index of the batch, in any order, on any thread. It does not block.
    func deliver(_ notifications: [Notification], report: @escaping @Sendable (Int, Verdict) -> Void)
}

/// A provider that reaches everybody by one account is a destination itself.
extension Provider {
    public var callsAtOnce: Int { 64 }

    public var callsInReserve: Int { 0 }

    public var reach: ProviderReach { .account }

    public func destination(of notification: Notification) -> Destination { Destination(name) }
}
