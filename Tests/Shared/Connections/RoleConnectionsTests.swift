import Broker
import Database
import Model
import Runtime
import TestSupport
import Testing

@testable import Connections

@Suite("A role's connections", .timeLimit(.minutes(1)))
struct RoleConnectionsTests {
    /// Connections to a virtual host and a schema of their own.
    private func built(_ body: (RoleConnections, Database, Readiness) async throws -> Void) async throws {
        try await TestBroker.withVhost { broker in
            try await TestDatabase.withDatabase(poolSize: 3) { database, settings in
                let context = RoleContext(log: .discarded)
                let connections = RoleConnections(
                    "role", broker: broker.settings, database: settings, priorityConnections: 1, otherConnections: 9,
                    context: context, log: .discarded)
                try await body(connections, database, context.readiness)
            }
        }
    }

    @Test func `the priority lane has its own connections, and the others share theirs`() async throws {
        try await built { connections, _, _ in
            #expect(connections[.normal].publisher === connections[.bulk].publisher)
            #expect(connections[.normal].database === connections.others.database)
            #expect(connections[.priority].publisher !== connections[.normal].publisher)
            #expect(connections[.priority].subscriber !== connections[.normal].subscriber)
            #expect(connections[.priority].database !== connections[.normal].database)
            var made: [String] = []
            let name = connections.onEach { connections in
                made.append(connections.name)
                return connections.name
            }
            #expect(made == ["role priority", "role"])
            #expect([Lane.priority, .normal, .bulk].map(name) == ["role priority", "role", "role"])
        }
    }

    @Test func `the conditions are met when all connections are open`() async throws {
        try await built { connections, _, readiness in
            #expect(readiness.unmet == ["role priority: broker", "role: broker"])
            for service in connections.services { try await service.start() }
            #expect(readiness.unmet.isEmpty)
            _ = try await connections[.priority].database.query(Statement("SELECT 1"))
            for service in connections.services.reversed() { await service.drain() }
            #expect(readiness.unmet == ["role priority: broker", "role: broker"])
        }
    }

    @Test func `each opens no more database connections than its limit, nor than the settings allow`() async throws {
        try await built { connections, database, _ in
            for service in connections.services { try await service.start() }
            for (lane, size) in [(Lane.priority, 1), (.bulk, 3)] {
                #expect(try await Self.backends(of: connections[lane].database, blockedBy: database, until: size) == size)
            }
            for service in connections.services.reversed() { await service.drain() }
        }
    }

    /// Runs more queries than there are connections, each of which waits for a lock, so that no connection is used twice before the lock is
    /// released.
    ///
    /// - Parameter count: how many queries wait when it is released.
    /// - Returns: how many connections the queries used.
    private static func backends(of database: Database, blockedBy holder: Database, until count: Int) async throws -> Int {
        let queries = try await holder.transaction { connection in
            try await connection.query(Statement("SELECT pg_advisory_xact_lock(1, hashtext(current_schema()))"))
            let queries = Task { try await query(database, times: 12) }
            try await within(.seconds(20), "the queries wait for the lock") {
                while try await connection.query(waiting)[0].integer("waiting") < count { await Task.yield() }
            }
            return queries
        }
        return try await queries.value.count
    }

    /// - Returns: the connections that the queries used.
    private static func query(_ database: Database, times: Int) async throws -> Set<Int64> {
        try await withThrowingTaskGroup(of: Int64.self) { group in
            for _ in 0..<times { group.addTask { try await database.query(blocked)[0].integer("backend") } }
            return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
        }
    }

    private static let blocked = Statement(
        "query that waits for the lock",
        "SELECT pg_backend_pid()::bigint AS backend FROM pg_advisory_xact_lock_shared(1, hashtext(current_schema()))")
    private static let waiting = Statement(
        "waiting queries",
        """
        SELECT count(*) AS waiting FROM pg_locks
        WHERE locktype = 'advisory' AND NOT granted AND objid::bigint = hashtext(current_schema())::bigint & 4294967295
        """)
}
