import Model

/// A rule that decides on listeners, after the content of a request is encoded and before its notifications are created. It receives a small
/// audience at once, in a batch for each request, and a large one page by page, as cursors read it.
///
/// A page may be decided on more than once, because what was not confirmed is expanded again. The id of a notification is derived from its
/// request and endpoint, so a rule that decides differently the next time creates no second copy; but it should depend on as little as
/// possible that changes in between.
///
/// A stage uses neither broker nor database: it receives its queries as closures.
protocol ListenerStage: Sendable {
    /// Looks up what it needs for all of these listeners in one query.
    ///
    /// - Parameter batches: the listeners that no earlier stage has dropped.
    /// - Returns: the rule that decides on each of them.
    /// - Throws: an error that a retry may fix; then all batches are run again.
    func rule(for batches: [ListenerBatch]) async throws -> ListenerRule
}

/// Decides on one listener of a request, without waiting.
typealias ListenerRule = @Sendable (_ source: FanOutSource, _ listener: Listener) -> ListenerDecision
