import Model

/// Which requests have been seen, and how far they came. The record of it is what makes a repeat a repeat.
struct RequestLedger: Sendable {
    struct Key: Hashable, Sendable {
        let service: ServiceName
        let request: RequestID

        init(service: ServiceName, request: RequestID) {
            self.service = service
            self.request = request
        }

        init(_ decoded: DecodedRequest) { self.init(service: decoded.submission.service, request: decoded.id) }
    }

    enum Sighting: Sendable, Equatable {
        case first
        /// It was taken before, and whether its fan-out was published is not known.
        case unfinished
        /// Its fan-out is published, or it ended otherwise.
        case finished
    }

    /// Puts requests on record where they are not, and tells for each whether it was. The requests' keys are distinct.
    let admit: @Sendable (_ requests: [DecodedRequest]) async throws -> [Key: Sighting]

    /// Notes that a request's cursors are on the broker: from now on a repeat of it has nothing to do.
    let divided: @Sendable (_ key: Key, _ parts: Int) async throws -> Void
}

/// How far each range of a divided request has come, so that a cursor that is delivered twice does not run its whole range twice.
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
