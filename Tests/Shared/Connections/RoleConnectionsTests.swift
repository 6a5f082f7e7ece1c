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
    private func built(_ body: (RoleConnections, Readiness) async throws -> Void) async throws {
        try await TestBroker.withVhost { broker in
            try await TestDatabase.withDatabase(poolSize: 3) { _, settings in
                let context = RoleContext(log: .discarded)
                let connections = RoleConnections(
                    "role", broker: broker.settings, database: settings, priorityConnections: 1, otherConnections: 9,
                    context: context, log: .discarded)
                try await body(connections, context.readiness)
            }
        }
    }

    @Test func `the priority lane has its own connections, and the others share theirs`() async throws {
        try await built { connections, _ in
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
        try await built { connections, readiness in
            #expect(readiness.unmet == ["role priority: broker", "role: broker"])
            for service in connections.services { try await service.start() }
            #expect(readiness.unmet.isEmpty)
            _ = try await connections[.priority].database.query(Statement("SELECT 1"))
            for service in connections.services.reversed() { await service.drain() }
            #expect(readiness.unmet == ["role priority: broker", "role: broker"])
        }
    }

    @Test func `each opens no more database connections than its limit, nor than the settings allow`() async throws {
        try await built { connections, _ in
            for service in connections.services { try await service.start() }
            for (lane, size) in [(Lane.priority, 1), (.bulk, 3)] {
                let database = connections[lane].database
                // More queries than connections: each keeps its connection while the others wait.
                let backends = try await withThrowingTaskGroup(of: Int64.self) { group in
                    for _ in 0..<12 {
                        group.addTask {
                            try await database.query(Statement("SELECT pg_backend_pid()::bigint FROM pg_sleep(0.05)"))[0].integer(
                                0)
                        }
                    }
                    return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
                }
                #expect(backends.count == size)
            }
            for service in connections.services.reversed() { await service.drain() }
        }
    }
}
