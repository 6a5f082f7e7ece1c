import Model

/// The table of the chunks that were claimed and completed, so that a cursor that is delivered twice does not expand its whole range twice.
struct CursorLedger: Sendable {
    enum Claim: Sendable, Equatable {
        /// No router claimed this chunk before.
        case first
        /// A router claimed it, and it is not known whether the chunk was published.
        case unfinished
        /// The chunk and its continuation are published: nothing is left to do.
        case finished
    }

    let claim: @Sendable (_ cursor: Cursor) async throws -> Claim

    /// Records that everything up to a consumer id is published, with the continuation.
    let reached: @Sendable (_ cursor: Cursor, _ end: Int64) async throws -> Void
}
