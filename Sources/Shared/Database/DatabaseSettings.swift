public import Runtime

/// Where the database is and how it is used.
public struct DatabaseSettings: Sendable {
    /// A connection URL (`postgres://user:password@host:port/database?sslmode=verify-full`).
    public var url: Secret
    /// How many connections at most; each has a thread of its own, and is opened when first needed.
    public var poolSize: Int
    /// How long one statement may take before the server gives it up.
    public var statementLimit: Duration
    /// How long a caller waits for a connection to be free before it is refused.
    public var waitLimit: Duration
    /// How many callers may wait for a connection at the same time; the next is refused at once.
    public var waitingLimit: Int
    /// The schema in which every table is; nil leaves it to the server.
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

    /// Reads `POSTHORN_DATABASE_URL` and `POSTHORN_DATABASE_POOL`. What is wrong with them is told by the reader's `finish`.
    public init(reading reader: inout SettingsReader) {
        let url = reader.requiredString("POSTHORN_DATABASE_URL", example: "postgres://posthorn:password@localhost/posthorn")
        if !PostgresHandle.canRead(url: url) {
            reader.wrong("POSTHORN_DATABASE_URL", "must be a URL such as postgres://user:password@host:5432/database")
        }
        self.init(url: Secret(url), poolSize: reader.integer("POSTHORN_DATABASE_POOL", default: 8, in: 1...200))
    }
}
