import Model

/// Which requests have been seen, how far they came, and what was decided of them. The record of it is what makes a repeat a repeat.
struct RequestLedger: Sendable {
    struct Key: Hashable, Sendable {
        let tenant: TenantName
        let request: RequestID

        init(tenant: TenantName, request: RequestID) {
            self.tenant = tenant
            self.request = request
        }

        init(_ decoded: DecodedRequest) { self.init(tenant: decoded.tenant, request: decoded.id) }
    }

    /// What is decided once and holds for every repeat.
    struct Decisions: Sendable, Equatable {
        /// Subscriptions with a higher number came after the request.
        var watermark: Int64
        /// How it is divided; nil where it is not, or not yet.
        var ranges: [ConsumerRange]?
    }

    enum Sighting: Sendable, Equatable {
        /// It is new, or it was rejected before and comes again.
        case first(Decisions)
        /// It was taken before, and whether its fan-out was published is not known.
        case unfinished(Decisions)
        /// Its fan-out is told of as published, or its time was over.
        case finished(Decisions)
        /// What is on record under its key is another request.
        case conflict
    }

    /// That a request cannot be carried out.
    struct Rejection: Sendable {
        let key: Key
        /// As its service is told.
        let reason: String
    }

    /// Puts requests on record where they are not, and tells for each whether it was. The requests' keys are distinct.
    let admit: @Sendable (_ requests: [DecodedRequest]) async throws -> [Key: Sighting]

    /// Writes down how a request is divided, unless that is written down already.
    ///
    /// - Returns: the ranges that are on record.
    let divide: @Sendable (_ key: Key, _ ranges: [ConsumerRange]) async throws -> [ConsumerRange]

    /// Notes that a request's cursors are on the broker: from now on a repeat of it has nothing to do.
    let divided: @Sendable (_ key: Key, _ parts: Int) async throws -> Void

    /// Notes that requests cannot be carried out, so that they may come again under the same keys.
    let reject: @Sendable (_ rejections: [Rejection]) async throws -> Void
}
