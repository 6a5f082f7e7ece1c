public import Database

extension Database {
    private static let read = Statement(
        "count rows read",
        """
        SELECT coalesce(sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)), 0)::bigint AS rows FROM pg_stat_user_tables
        WHERE schemaname = current_schema()
        """)

    /// How many rows the statements of the body read, with the plan that the server caches for a statement after some runs. The database
    /// must have a single connection.
    public func rowsRead(by body: () async throws -> Void) async throws -> Int64 {
        // The server decides on a cached plan after five runs.
        for _ in 0..<8 { try await body() }
        let before = try await rowsRead()
        try await body()
        return try await rowsRead() - before
    }

    /// Rows that the connection has read so far.
    private func rowsRead() async throws -> Int64 {
        try await query(Statement("SELECT pg_stat_force_next_flush()"))
        try await query(Statement("SELECT pg_stat_clear_snapshot()"))
        return try await query(Self.read)[0].integer("rows")
    }
}
