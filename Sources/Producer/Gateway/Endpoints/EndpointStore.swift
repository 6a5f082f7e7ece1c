import Accounts
import Database
import Model

/// The endpoints of consumers.
struct EndpointStore: Sendable {
    /// An endpoint as it is on record.
    struct Record: Sendable {
        let endpoint: Endpoint
        /// `active`, `gone` after it said that it does not exist any more, or `disabled` after it took nothing for days.
        let state: String
        let createdAt: Timestamp

        init(_ row: Row) throws(DatabaseError) {
            guard let id = EndpointID(try row.text("id")), let medium = Medium(rawValue: try row.text("medium")) else {
                throw .unexpectedResult(problem: "an endpoint's id or medium is of another kind", statement: "endpoints")
            }
            endpoint = Endpoint(
                id: id, medium: medium, address: try row.text("address"),
                parameters: try row.optionalText("parameters").flatMap { EndpointParameters(text: $0) } ?? EndpointParameters())
            state = try row.text("state")
            createdAt = Timestamp(milliseconds: try row.milliseconds("created_at"))
        }
    }

    /// A medium and an address, not yet on record.
    struct Draft: Sendable {
        let medium: Medium
        let address: String
        var parameters = EndpointParameters()
    }

    let database: Database

    /// A consumer has no more endpoints. Each of them is a notification of its own, which a page of listeners does not divide.
    static let limit = 100

    /// Adds the endpoint if it is new, and makes it active if it was gone or disabled. Safe to repeat.
    ///
    /// - Returns: nil where the service has no such consumer, or the consumer has as many endpoints as it may have.
    func add(_ draft: Draft, to consumer: String, of tenant: Tenant) async throws(DatabaseError) -> (
        record: Record, isNew: Bool
    )? {
        let values: [DatabaseValue] = [
            .integer(tenant.id), .text(consumer), .text(EndpointID.fresh().description), .text(draft.medium.rawValue),
            .text(draft.address), .integer(Int64(Self.limit)), .text(draft.parameters.text ?? "{}"),
        ]
        guard let row = try await database.query(Self.add, values).first else { return nil }
        return (try Record(row), try row.bool("is_new"))
    }

    /// The endpoints of a consumer, oldest first.
    func list(of consumer: String, of tenant: Tenant) async throws(DatabaseError) -> [Record] {
        try await database.query(Self.list, [.integer(tenant.id), .text(consumer)]).mapped(Record.init)
    }

    func find(_ id: EndpointID, of consumer: String, of tenant: Tenant) async throws(DatabaseError) -> Record? {
        try await one(Self.find, id, consumer, tenant)
    }

    /// Gives the endpoint another address, makes it active, and forgets the failures at the earlier address.
    ///
    /// - Returns: nil where there is no such endpoint.
    /// - Throws: `DatabaseError`; a unique violation where the consumer has that address already.
    func change(_ id: EndpointID, of consumer: String, of tenant: Tenant, address: String) async throws(DatabaseError) -> Record?
    {
        try await one(Self.change, id, consumer, tenant, .text(address))
    }

    /// Counts the signing secret up. A retry renews it again.
    func rotateSecret(_ id: EndpointID, of consumer: String, of tenant: Tenant) async throws(DatabaseError) -> Record? {
        try await one(Self.rotateSecret, id, consumer, tenant)
    }

    func remove(_ id: EndpointID, of consumer: String, of tenant: Tenant) async throws(DatabaseError) -> Bool {
        try await database.query(Self.remove, [.integer(tenant.id), .text(consumer), .text(id.description)]).affected == 1
    }

    private func one(
        _ statement: Statement, _ id: EndpointID, _ consumer: String, _ tenant: Tenant, _ more: DatabaseValue...
    ) async throws(DatabaseError) -> Record? {
        let values: [DatabaseValue] = [.integer(tenant.id), .text(consumer), .text(id.description)] + more
        guard let row = try await database.query(statement, values).first else { return nil }
        return try Record(row)
    }

    private static let add = Statement(
        "add endpoint",
        """
        INSERT INTO endpoints AS e (id, consumer_id, medium, address, parameters)
        SELECT $3::uuid, c.id, $4::medium, $5, $7::jsonb FROM consumers c
        WHERE c.service_id = $1 AND c.name = $2
            AND ((SELECT count(*) FROM (SELECT FROM endpoints e WHERE e.consumer_id = c.id LIMIT $6) AS counted) < $6
                OR EXISTS (SELECT FROM endpoints e WHERE e.consumer_id = c.id AND e.medium = $4::medium AND e.address = $5))
        ON CONFLICT (consumer_id, medium, address) DO UPDATE
            SET state = 'active', disabled_at = NULL, parameters = e.parameters || excluded.parameters
        RETURNING id, medium, address, nullif(parameters, '{}')::text AS parameters, state, created_at, xmax = 0 AS is_new
        """)
    private static let list = Statement(
        "list endpoints",
        """
        SELECT e.id, e.medium, e.address, nullif(e.parameters, '{}')::text AS parameters, e.state, e.created_at
        FROM endpoints e JOIN consumers c ON c.id = e.consumer_id
        WHERE c.service_id = $1 AND c.name = $2 ORDER BY e.created_at, e.id
        """)
    private static let find = Statement(
        "find endpoint",
        """
        SELECT e.id, e.medium, e.address, nullif(e.parameters, '{}')::text AS parameters, e.state, e.created_at
        FROM endpoints e JOIN consumers c ON c.id = e.consumer_id
        WHERE c.service_id = $1 AND c.name = $2 AND e.id = $3::uuid
        """)
    private static let change = Statement(
        "change endpoint",
        """
        WITH changed AS (
            UPDATE endpoints e SET address = $4, state = 'active', disabled_at = NULL FROM consumers c
            WHERE c.id = e.consumer_id AND c.service_id = $1 AND c.name = $2 AND e.id = $3::uuid
            RETURNING e.id, e.medium, e.address, nullif(e.parameters, '{}')::text AS parameters, e.state, e.created_at
        ), forgotten AS (
            DELETE FROM failing_endpoints USING changed WHERE failing_endpoints.endpoint = changed.id
        )
        SELECT id, medium, address, parameters, state, created_at FROM changed
        """)
    private static let rotateSecret = Statement(
        "rotate secret",
        """
        UPDATE endpoints e SET parameters = jsonb_set(
            e.parameters, '{secret_generation}', to_jsonb(coalesce((e.parameters ->> 'secret_generation')::int, 1) + 1))
        FROM consumers c
        WHERE c.id = e.consumer_id AND c.service_id = $1 AND c.name = $2 AND e.id = $3::uuid AND e.medium = 'webhook'
        RETURNING e.id, e.medium, e.address, nullif(e.parameters, '{}')::text AS parameters, e.state, e.created_at
        """)
    private static let remove = Statement(
        "remove endpoint",
        """
        DELETE FROM endpoints e USING consumers c
        WHERE c.id = e.consumer_id AND c.service_id = $1 AND c.name = $2 AND e.id = $3::uuid
        """)
}
