import Database
import Model

/// What became of requests.
struct RequestStore: Sendable {
    struct Progress: Sendable {
        let id: RequestID
        /// `accepted`, `expanding`, `expanded`, `rejected` or `expired`.
        let state: String
        let lane: String
        let channels: [String]
        let reference: String?
        /// Why it was rejected.
        let reason: String?
        let acceptedAt: Timestamp
        let finishedAt: Timestamp?
        /// How many notifications there are of each status, those with none left out.
        let counts: [(status: Status, count: Int)]
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
    func progress(of id: RequestID, of tenant: Tenant) async throws(DatabaseError) -> Progress? {
        let values: [DatabaseValue] = [.text(tenant.name.text), .text(id.description)]
        guard let row = try await database.query(Self.find, values).first else { return nil }
        let span = IDSpan(of: id)
        let counts = try await database.query(Self.counts, values + [.text(span.first), .text(span.last)])
            .mapped { row throws(DatabaseError) in
                (status: Status(rawValue: try row.text("status")) ?? .created, count: Int(try row.integer("count")))
            }
        return Progress(
            id: id, state: try row.text("state"), lane: try row.text("lane"), channels: try row.texts("channels"),
            reference: try row.optionalText("reference"), reason: try row.optionalText("reason"),
            acceptedAt: Timestamp(milliseconds: try row.milliseconds("accepted_at")),
            finishedAt: try row.optionalMilliseconds("finished_at").map { Timestamp(milliseconds: $0) }, counts: counts)
    }

    func exists(_ id: RequestID, of tenant: Tenant) async throws(DatabaseError) -> Bool {
        try await !database.query(Self.find, [.text(tenant.name.text), .text(id.description)]).isEmpty
    }

    private static let findEarlier = Statement(
        "find earlier request", "SELECT state, digest, finished_at FROM requests WHERE service = $1 AND id = $2::uuid")
    private static let find = Statement(
        "find request",
        """
        SELECT state, lane, channels, reference, reason, accepted_at, finished_at
        FROM requests WHERE service = $1 AND id = $2::uuid
        """)
    private static let counts = Statement(
        "count notifications",
        """
        SELECT status, count(*) AS count FROM notifications
        WHERE service = $1 AND request = $2::uuid AND id BETWEEN $3::uuid AND $4::uuid GROUP BY status ORDER BY status
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
