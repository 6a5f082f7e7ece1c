public import Runtime

/// The database's address and the limits of the pool.
public struct DatabaseSettings: Sendable {
    /// A connection URL (`postgres://user:password@host:port/database?sslmode=verify-full`).
    public var url: Secret
    /// The maximum number of connections. Each has a thread of its own and is opened on first use.
    public var poolSize: Int
    /// How long one statement may take before the server stops it.
    public var statementLimit: Duration
    /// How long a caller waits for a free connection before it is rejected.
    public var waitLimit: Duration
    /// How many callers may wait for a connection at the same time. The next one is rejected at once.
    public var waitingLimit: Int
    /// The schema of all tables; nil for the server's default `search_path`.
    public var searchPath: String?

    public init(
        url: Secret, poolSize: Int = 8, statementLimit: Duration = .seconds(10), waitLimit: Duration = .seconds(5),
        waitingLimit: Int = 4096, searchPath: String? = nil
    ) {
        self.url = url
        self.poolSize = max(1, poolSize)
        self.statementLimit = statementLimit
        self.waitLimit = waitLimit
        self.waitingLimit = waitingLimit
        self.searchPath = searchPath
    }

    /// Reads `POSTHORN_DATABASE_URL` and `POSTHORN_DATABASE_POOL_SIZE`. The reader collects their errors.
    public init(reading reader: inout SettingsReader) {
        let url = reader.requiredString("POSTHORN_DATABASE_URL", example: "postgres://posthorn:password@localhost/posthorn")
        if !PostgresHandle.canRead(url: url) {
            reader.wrong("POSTHORN_DATABASE_URL", "must be a URL such as postgres://user:password@host:5432/database")
        }
        self.init(url: Secret(url), poolSize: reader.integer("POSTHORN_DATABASE_POOL_SIZE", default: 8, in: 1...200))
    }
}
