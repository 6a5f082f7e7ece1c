import Database
import JSON
import Model
import Testing

@testable import Gateway

extension GatewayTests {
    /// Requests under a key: what is a repeat, what is another request, and what is on record meanwhile.
    @Suite struct RepeatTests {
        private let body: JSON = ["channel": ["news"], "text": ["Once"], "priority": "bulk"]
        private let other: JSON = ["channel": ["news"], "text": ["Twice"], "priority": "bulk"]

        private func clientWithNews() async throws -> APIClient {
            let client = try await gateway().newTenant()
            _ = try await client.call("POST", "/v1/channels/news/consumers")
            return client
        }

        private func send(_ body: JSON, by client: APIClient, key: String = "k") async throws -> APIClient.Answer {
            try await client.post("/v1/requests", body, headers: ["Idempotency-Key": key])
        }

        /// Puts a request on record as the router does.
        private func record(
            _ request: Request, of client: APIClient, state: String, rejected: Int64? = nil
        ) async throws {
            let id = RequestID.derived(tenant: client.tenant, dedupeKey: try #require(request.dedupeKey))
            try await gateway().database.query(
                Self.recordStatement,
                [
                    .text(client.tenant.text), .text(id.description), .text(state), .bytes(try #require(request.digest)),
                    rejected.map { .integer($0) } ?? .null,
                ])
        }

        private static let recordStatement = Statement(
            "record request",
            """
            INSERT INTO requests (service, id, lane, state, digest, accepted_at, finished_at)
            VALUES ($1, $2::uuid, 'bulk', $3, $4, now(), to_timestamp($5::bigint))
            ON CONFLICT (service, id) DO UPDATE SET state = excluded.state, digest = excluded.digest,
                finished_at = excluded.finished_at
            """)

        @Test func sendsARequestOnceAndSaysThatTheNextIsARepeat() async throws {
            let client = try await clientWithNews()
            let first = try await send(body, by: client)
            #expect(first.status == 202)
            #expect(first.header("Idempotency-Replayed") == nil && first.document["repeated"] == nil)
            let inBody = try await client.post(
                "/v1/requests", ["dedupe_key": "k", "priority": "bulk", "text": ["Once"], "channel": ["news"]])
            for again in [try await send(body, by: client), inBody] {
                #expect(again.status == 202)
                #expect(again.document["id"] == first.document["id"])
                #expect(again.header("Idempotency-Replayed") == "true" && again.document["repeated"] == true)
            }
            #expect(try await send(body, by: client, key: "last").document["id"] != first.document["id"])
            let submissions = try await gateway().requests(of: client.tenant, lane: .bulk, count: 2)
            #expect(try submissions.map { try $0.request().dedupeKey } == ["k", "last"])
        }

        @Test func refusesAnotherRequestUnderTheSameKey() async throws {
            let client = try await clientWithNews()
            let id = try #require(try await send(body, by: client).document["id"]?.stringValue)
            let answer = try await send(other, by: client)
            #expect(answer.status == 409)
            #expect(answer.field == "Idempotency-Key")
            #expect(answer.detail.contains(id) && answer.detail.contains("key of its own"))
            let inBody = try await client.post(
                "/v1/requests", ["channel": ["news"], "text": ["Twice"], "dedupe_key": "k", "priority": "bulk"])
            #expect(inBody.status == 409)
            #expect(inBody.field == "dedupe_key")
        }

        @Test func goesByTheRecordWhereAnotherGatewayTookTheRequest() async throws {
            let client = try await clientWithNews()
            let sent = Request(channels: ["news"], text: ["Once"], lane: .bulk, dedupeKey: "k")
            try await record(sent, of: client, state: "expanded")
            #expect(try await send(body, by: client).document["repeated"] == true)
            #expect(try await send(other, by: client).status == 409)
        }

        @Test func isTheSameKeyForAnotherServiceWithoutItsRequests() async throws {
            let (client, stranger) = (try await clientWithNews(), try await clientWithNews())
            let sent = try await send(body, by: client)
            let answer = try await send(other, by: stranger)
            #expect(answer.status == 202 && answer.document["repeated"] == nil)
            #expect(answer.document["id"] != sent.document["id"])
        }

        @Test func sendsARejectedRequestAgainAndThenKnowsTheNewOne() async throws {
            let client = try await clientWithNews()
            #expect(try await send(body, by: client).status == 202)
            let sent = Request(channels: ["news"], text: ["Once"], lane: .bulk, dedupeKey: "k")
            try await record(sent, of: client, state: "rejected", rejected: 1_700_000_000)
            // Another one, because what was wrong has been fixed.
            let fixed = try await send(other, by: client)
            #expect(fixed.status == 202 && fixed.document["repeated"] == nil)
            #expect(try await send(other, by: client).document["repeated"] == true)
            #expect(try await send(body, by: client).status == 409)
            // The fixed one is rejected as well.
            try await record(sent, of: client, state: "rejected", rejected: 1_700_000_009)
            #expect(try await send(body, by: client).document["repeated"] == nil)
            let submissions = try await gateway().requests(of: client.tenant, lane: .bulk, count: 3)
            #expect(try submissions.map { try $0.request().text } == [["Once"], ["Twice"], ["Once"]])
        }

        @Test func knowsARepeatAfterItsChannelIsGone() async throws {
            let client = try await clientWithNews()
            let id = try #require(try await send(body, by: client).document["id"])
            _ = try await client.delete("/v1/channels/news")
            let again = try await send(body, by: client).document
            #expect(again["id"] == id && again["repeated"] == true)
            #expect(try await send(body, by: client, key: "new").status == 404)
        }

        @Test func leavesAKeyFreeWhoseRequestWasNotTaken() async throws {
            let client = try await clientWithNews()
            let wrong: JSON = ["channel": ["unknown"], "text": ["Once"]]
            #expect(try await send(wrong, by: client).status == 404)
            #expect(try await send(body, by: client).document["repeated"] == nil)
        }
    }
}
