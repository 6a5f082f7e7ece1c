import Contract
import Database
import Model
import TestSupport
import Testing

@testable import Router

@Suite("Decisions on a request are recorded")
struct RequestLedgerTests {
    private static func request(_ text: String = "T", key: String? = nil, id: RequestID = .fresh()) -> DecodedRequest {
        let request = Request(channels: ["news"], text: [text], dedupeKey: key)
        return DecodedRequest(
            StageTests.message(request, id: id),
            id: key.map { .derived(tenant: StageTests.tenant, dedupeKey: $0) } ?? id, request: request)
    }

    private func admit(_ ledger: RequestLedger, _ request: DecodedRequest) async throws -> RequestLedger.Admission? {
        try await ledger.admit([request])[RequestLedger.Key(request)]
    }

    @Test func `the first division of a request applies to every repeat`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let ledger = RequestLedger(database)
            let request = Self.request()
            let none = RequestLedger.Decisions(watermark: 0, ranges: nil)
            #expect(try await admit(ledger, request) == .first(none))
            #expect(try await admit(ledger, request) == .unfinished(none))
            let first = ConsumerRange(after: 0, through: 200).divided(into: 4)
            #expect(try await ledger.divide(RequestLedger.Key(request), first) == first)
            let second = ConsumerRange(after: 0, through: 201).divided(into: 4)
            #expect(try await ledger.divide(RequestLedger.Key(request), second) == first)
            #expect(try await admit(ledger, request) == .unfinished(RequestLedger.Decisions(watermark: 0, ranges: first)))
            try await ledger.divided(RequestLedger.Key(request), 9)
            #expect(try await admit(ledger, request) == .finished(RequestLedger.Decisions(watermark: 0, ranges: first)))
        }
    }

    @Test func `a key belongs to one request until that is rejected`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let ledger = RequestLedger(database)
            let (one, two) = (Self.request("One", key: "k"), Self.request("Two", key: "k"))
            let none = RequestLedger.Decisions(watermark: 0, ranges: nil)
            #expect(try await admit(ledger, one) == .first(none))
            #expect(try await admit(ledger, two) == .conflict)
            #expect(try await admit(ledger, one) == .unfinished(none))
            try await ledger.reject([RequestLedger.Rejection(key: RequestLedger.Key(one), reason: "why")])
            #expect(try await admit(ledger, two) == .first(none))
            #expect(try await admit(ledger, one) == .conflict)
        }
    }

    @Test func `a cancelled request keeps its key, and is recognised as cancelled`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let ledger = RequestLedger(database)
            let (one, two) = (Self.request("One", key: "k"), Self.request("Two", key: "k"))
            _ = try await admit(ledger, one)
            try await database.query(Statement("UPDATE requests SET state = 'cancelled'"))
            #expect(try await admit(ledger, one) == .cancelled)
            #expect(try await admit(ledger, two) == .conflict)
        }
    }

    @Test func `a different request under a key that another router admits at the same time is a conflict`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let ledger = RequestLedger(database)
            let (one, two) = (Self.request("One", key: "k"), Self.request("Two", key: "k"))
            let second = try await database.transaction { connection in
                _ = try await connection.query(
                    Statement(
                        """
                        INSERT INTO requests (service, id, lane, accepted_at, digest, watermark)
                        VALUES ($1, $2::uuid, 'normal', now(), $3, 0)
                        """), [.text("acme"), .text(one.id.description), .bytes(one.digest!)])
                let holder = try await connection.query(Statement("SELECT pg_backend_pid()"))[0].integer(0)
                let second = Task { try await ledger.admit([two])[RequestLedger.Key(two)] }
                try await within(.seconds(20), "waiting for the other router") {
                    // Only for this connection: other tests wait for their own on the same server.
                    let waiting = Statement("SELECT FROM pg_stat_activity WHERE $1::int = ANY(pg_blocking_pids(pid))")
                    while try await database.query(waiting, [.integer(holder)]).isEmpty {}
                }
                return second
            }
            #expect(try await second.value == .conflict)
        }
    }

    @Test func `a consumer that subscribes before a repeat is not in the audience of the request`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let ledger = RequestLedger(database)
            let request = Self.request()
            _ = try await admit(ledger, request)
            _ = try await database.query(
                Statement(
                    """
                    WITH s AS (INSERT INTO services (name) VALUES ('acme') RETURNING id),
                    c AS (INSERT INTO channels (service_id, name) SELECT id, 'news' FROM s RETURNING id),
                    p AS (INSERT INTO consumers (service_id, name) SELECT id, 'ada' FROM s RETURNING id)
                    INSERT INTO subscriptions (channel_id, consumer_id) SELECT c.id, p.id FROM c, p
                    """))
            #expect(try await admit(ledger, request) == .unfinished(RequestLedger.Decisions(watermark: 0, ranges: nil)))
        }
    }
}
