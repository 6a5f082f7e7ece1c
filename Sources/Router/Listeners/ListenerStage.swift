import Model

/// One rule that decides on listeners, after a request is frozen and before its notifications are made. It sees small audiences at once, in a
/// batch for each request, and large ones page by page, as cursors read them.
///
/// A page may be decided on more than once, because what was not confirmed is expanded again. A notification's id follows from its request
/// and endpoint, so a rule that decides otherwise the next time makes no second copy; but it should depend on as little as possible that
/// changes meanwhile.
///
/// A stage knows neither broker nor database: what it must ask, it is given as closures.
protocol ListenerStage: Sendable {
    /// Looks up at once what it must know about all of these listeners.
    ///
    /// - Parameter batches: those whom no stage before has dropped.
    /// - Returns: what then decides on each of them.
    /// - Throws: what another try may fix, and then the whole is run again.
    func rule(for batches: [ListenerBatch]) async throws -> ListenerRule
}

/// Decides on one listener of a request, without waiting.
typealias ListenerRule = @Sendable (_ source: FanOutSource, _ listener: Listener) -> ListenerDecision
