import Accounts
import Database
import Model

/// The status of requests.
struct RequestStore: Sendable {
    /// A request on record, apart from its notifications.
    struct Record: Sendable {
        let id: RequestID
        /// `accepted`, `expanding`, `expanded`, `rejected`, `expired` or `cancelled`.
        let state: String
        let lane: String
        let channels: [String]
        let reference: String?
        /// Why it was rejected.
        let reason: String?
        let acceptedAt: Timestamp
        let finishedAt: Timestamp?
        /// nil where it was not cancelled, or where nothing was left to stop.
        let cancelledAt: Timestamp?
    }

    /// How many notifications a request has.
    struct Counts: Sendable, Equatable {
        struct Count: Sendable, Equatable {
            let status: Status
            let number: Int
        }

        /// Those with none left out.
        let byStatus: [Count]
        /// How many there are to be, as far as is on record.
        let expected: Int
        /// How many were not made because it was cancelled, as far as is on record.
        let notCreated: Int

        var total: Int { byStatus.reduce(0) { $0 + $1.number } }
        /// Whether nothing of it will change, provided that the request's expansion is over.
        var areFinal: Bool {
            total >= expected && byStatus.allSatisfy { $0.status.isFinal && !$0.status.isReplayable }
        }

        func number(of status: Status) -> Int { byStatus.first { $0.status == status }?.number ?? 0 }
    }

    /// A request that is on record, as far as a repeat must know it.
    struct Earlier: Sendable, Equatable {
        let state: String
        /// What it said; nil where it was taken before digests were kept, or not read.
        let digest: [UInt8]?
        let finishedAt: Timestamp?
    }

    let database: Database

    /// - Returns: nil where no such request of the service is on record.
    func earlier(_ id: RequestID, of tenant: Tenant) async throws(DatabaseError) -> Earlier? {
        guard let row = try await database.query(Self.findEarlier, [.text(tenant.name.text), .text(id.description)]).first
        else { return nil }
        return Earlier(
            state: try row.text("state"), digest: try row.optionalBytes("digest"),
            finishedAt: try row.optionalMilliseconds("finished_at").map { Timestamp(milliseconds: $0) })
    }

    /// - Returns: nil where the router has not taken such a request of the service.
    func find(_ id: RequestID, of tenant: Tenant) async throws(DatabaseError) -> Record? {
        guard let row = try await database.query(Self.find, [.text(tenant.name.text), .text(id.description)]).first else {
            return nil
        }
        return Record(
            id: id, state: try row.text("state"), lane: try row.text("lane"), channels: try row.texts("channels"),
            reference: try row.optionalText("reference"), reason: try row.optionalText("reason"),
            acceptedAt: Timestamp(milliseconds: try row.milliseconds("accepted_at")),
            finishedAt: try row.optionalMilliseconds("finished_at").map { Timestamp(milliseconds: $0) },
            cancelledAt: try row.optionalMilliseconds("cancelled_at").map { Timestamp(milliseconds: $0) })
    }

    /// Reads each notification of the request, so it takes the longer the more there are.
    func counts(of id: RequestID, tenant: TenantName) async throws -> Counts {
        try await database.transaction { connection in try await Self.counts(of: id, tenant: tenant, connection) }
    }

    /// - Parameter connection: within a transaction.
    static func counts(of id: RequestID, tenant: TenantName, _ connection: DatabaseConnection) async throws -> Counts {
        // By the index of the request, also where the planner has learned from others that requests are large.
        try await connection.run(script: "SET LOCAL enable_seqscan = off")
        let values: [DatabaseValue] = [.text(tenant.text), .text(id.description)]
        let counts = try await connection.query(countStatement, values).mapped { row throws(DatabaseError) in
            Counts.Count(status: Status(rawValue: try row.text("status")) ?? .created, number: Int(try row.integer("count")))
        }
        let parts = try await connection.query(expectedStatement, values).single()
        return Counts(
            byStatus: counts, expected: Int(try parts.integer("expected")), notCreated: Int(try parts.integer("not_created")))
    }

    func exists(_ id: RequestID, of tenant: Tenant) async throws(DatabaseError) -> Bool {
        try await !database.query(Self.find, [.text(tenant.name.text), .text(id.description)]).isEmpty
    }

    private static let findEarlier = Statement(
        "find earlier request", "SELECT state, digest, finished_at FROM requests WHERE service = $1 AND id = $2::uuid")
    private static let find = Statement(
        "find request",
        """
        SELECT CASE WHEN requests.state IN ('accepted', 'expanding', 'expanded') AND cancelled_at IS NOT NULL
                THEN 'cancelled' ELSE requests.state END AS state,
            lane, channels, reference, reason, accepted_at, finished_at, cancelled_at
        FROM requests
        LEFT JOIN cancellations ON cancellations.service = requests.service AND cancellations.request = requests.id
            AND NOT cancellations.was_finished
        WHERE requests.service = $1 AND requests.id = $2::uuid
        """)
    private static let countStatement = Statement(
        "count notifications",
        """
        SELECT status, count(*) AS count FROM notifications
        WHERE service = $1 AND request = $2::uuid GROUP BY status ORDER BY status
        """)
    private static let expectedStatement = Statement(
        "count expected notifications",
        """
        SELECT coalesce(sum(notifications), 0)::bigint AS expected, coalesce(sum(not_created), 0)::bigint AS not_created
        FROM request_parts
        WHERE service = $1 AND request = $2::uuid
        """)
}

/// The ids that a request's notifications can have: they begin with the same 48 bits as the request's own.
struct IDSpan: Sendable {
    let first: String
    let last: String

    init(of request: RequestID) {
        let beginning = request.description.prefix(13)
        first = beginning + "-0000-0000-000000000000"
        last = beginning + "-ffff-ffff-ffffffffffff"
    }
}
