public import Model

/// One way to send notifications of one medium: a mail relay, a push service, the web itself.
///
/// A provider only turns notifications into verdicts. What follows from a verdict, the engine alone settles.
public protocol Provider: Sendable {
    /// As operators call it, in settings, metrics and events: `direct`, `primary`.
    var name: String { get }

    var medium: Medium { get }

    /// Sends a batch.
    ///
    /// - Parameter report: called exactly once for each index of the batch, in any order, on any thread. It does not block.
    func deliver(_ notifications: [Notification], report: @escaping @Sendable (Int, Verdict) -> Void)
}
