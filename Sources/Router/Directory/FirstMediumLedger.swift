import Model

/// The table that says on which medium the line of each consumer begins, for large requests of which a consumer gets one notification at a
/// time (`EndpointOrder`).
///
/// Each cursor of such a request expands its own share of the same consumers, at a time of its own. Whichever comes to a chunk first decides for
/// all of them. So a consumer whose endpoints change in between is in the share of exactly one cursor, also when a chunk is repeated.
struct FirstMediumLedger: Sendable {
    /// The share of one cursor in a chunk.
    struct Share: Sendable, Equatable {
        /// The number of the last consumer of the chunk.
        let through: Int64
        /// The numbers of the consumers whose first endpoint is on the cursor's medium.
        let consumers: Set<Int64>
    }

    /// - Parameter after: the number of the consumer before the chunk.
    /// - Returns: nil if nobody has decided yet.
    let find: @Sendable (_ cursor: Cursor, _ after: Int64) async throws -> Share?

    /// Records a decision, unless one is recorded already.
    ///
    /// - Parameter consumers: those of each medium.
    /// - Returns: the cursor's share by the recorded decision.
    let decide:
        @Sendable (_ cursor: Cursor, _ after: Int64, _ through: Int64, _ consumers: [Medium: [Int64]]) async throws -> Share
}
