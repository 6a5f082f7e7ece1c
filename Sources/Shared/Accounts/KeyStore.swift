public import Database
public import Model

/// The API keys of the tenants, by their digests.
public struct KeyStore: Sendable {
    /// What is known of a key once it has been made.
    public struct Record: Sendable, Equatable {
        public let id: ID<APIKey>
        /// What its owner calls it.
        public let name: String
        /// The beginning of the key.
        public let prefix: String
        public let createdAt: Timestamp
        /// nil: it is in force.
        public let revokedAt: Timestamp?
    }

    private let database: Database

    public init(_ database: Database) { self.database = database }

    /// Makes a key and stores its digest. The key itself is only in the answer.
    ///
    /// - Throws: `AccountsError.unknownTenant`, `DatabaseError`. A retry may leave a key behind that nobody has seen.
    public func create(tenant: TenantName, name: String) async throws -> APIKey {
        let key = APIKey(tenant: tenant)
        let values: [DatabaseValue] = [
            .text(ID<APIKey>.fresh().description), .text(tenant.text), .text(name), .bytes(key.digest.bytes), .text(key.prefix),
        ]
        guard try await database.query(Self.create, values).affected == 1 else { throw AccountsError.unknownTenant(tenant) }
        return key
    }

    /// The keys of a service, oldest first.
    public func list(tenant: TenantName) async throws(DatabaseError) -> [Record] {
        var records: [Record] = []
        for row in try await database.query(Self.list, [.text(tenant.text)]) {
            guard let id = ID<APIKey>(try row.text("id")) else { continue }
            records.append(
                Record(
                    id: id, name: try row.text("name"), prefix: try row.text("prefix"),
                    createdAt: Timestamp(milliseconds: try row.milliseconds("created_at")),
                    revokedAt: try row.optionalMilliseconds("revoked_at").map { Timestamp(milliseconds: $0) }))
        }
        return records
    }

    /// Ends a key. Gateways that know it take it for up to ten seconds more.
    ///
    /// - Returns: false where the service has no such key in force.
    public func revoke(_ id: ID<APIKey>, tenant: TenantName) async throws(DatabaseError) -> Bool {
        try await database.query(Self.revoke, [.text(id.description), .text(tenant.text)]).affected == 1
    }

    /// The tenant to which the key belongs; nil where no key in force has this digest.
    public func tenant(digest: KeyDigest) async throws(DatabaseError) -> Tenant? {
        guard let row = try await database.query(Self.tenant, [.bytes(digest.bytes)]).first,
            let name = TenantName(try row.text("name"))
        else { return nil }
        return Tenant(id: try row.integer("id"), name: name)
    }

    private static let create = Statement(
        "create key",
        """
        INSERT INTO api_keys (id, service_id, name, hash, prefix)
        SELECT $1::uuid, id, $3, $4, $5 FROM services WHERE name = $2
        """)
    private static let list = Statement(
        "list keys",
        """
        SELECT k.id, k.name, k.prefix, k.created_at, k.revoked_at
        FROM api_keys k JOIN services s ON s.id = k.service_id WHERE s.name = $1 ORDER BY k.created_at, k.id
        """)
    private static let revoke = Statement(
        "revoke key",
        """
        UPDATE api_keys k SET revoked_at = now() FROM services s
        WHERE k.id = $1::uuid AND s.id = k.service_id AND s.name = $2 AND k.revoked_at IS NULL
        """)
    private static let tenant = Statement(
        "find key",
        """
        SELECT s.id, s.name FROM api_keys k JOIN services s ON s.id = k.service_id
        WHERE k.hash = $1 AND k.revoked_at IS NULL
        """)
}
