import Model

/// The table of requests that the router has accepted, with their state and what was decided once for each. It is how a repeated request is
/// recognised.
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

    /// What is decided once and applies to every repeat.
    struct Decisions: Sendable, Equatable {
        /// Subscriptions with a higher number were added after the request.
        var watermark: Int64
        /// How it is divided; nil if it is not divided, or not yet.
        var ranges: [ConsumerRange]?
    }

    enum Admission: Sendable, Equatable {
        /// It is new, or it was rejected before and is sent again.
        case first(Decisions)
        /// It was admitted before, and it is not known whether its fan-out was published.
        case unfinished(Decisions)
        /// Its fan-out is recorded as published, or it has expired.
        case finished(Decisions)
        /// It is recorded as cancelled. It never starts again, not even under its dedupe key.
        case cancelled
        /// Another request is recorded under its key.
        case conflict
    }

    /// A request that cannot be carried out.
    struct Rejection: Sendable {
        let key: Key
        /// As reported to its tenant.
        let reason: String
    }

    /// Records the requests that are not recorded yet, and reports for each whether it was. The keys of the requests are distinct.
    let admit: @Sendable (_ requests: [DecodedRequest]) async throws -> [Key: Admission]

    /// Records how a request is divided, unless that is recorded already.
    ///
    /// - Returns: the recorded ranges.
    let divide: @Sendable (_ key: Key, _ ranges: [ConsumerRange]) async throws -> [ConsumerRange]

    /// Records that the cursors of a request are confirmed: from now on nothing is left to do for a repeat of it.
    let divided: @Sendable (_ key: Key, _ parts: Int) async throws -> Void

    /// Records that requests cannot be carried out, so that they may be sent again under the same keys.
    let reject: @Sendable (_ rejections: [Rejection]) async throws -> Void
}
