import Model

/// How far each cursor of a divided request has come, so that one that is delivered twice does not run its whole range twice.
struct CursorLedger: Sendable {
    enum Claim: Sendable, Equatable {
        /// Nobody took this step before.
        case first
        /// Somebody took it, and whether its chunk was published is not known.
        case unfinished
        /// Its chunk and its continuation are published: there is nothing left to do.
        case finished
    }

    let claim: @Sendable (_ cursor: Cursor) async throws -> Claim

    /// Notes that everything up to a consumer's number is published, the continuation with it.
    let reached: @Sendable (_ cursor: Cursor, _ end: Int64) async throws -> Void
}
