import Database
import JSON
import Model
import Testing

@testable import Gateway

extension GatewayTests {
    @Suite struct CancelTests {
        private static let underWay: [(status: String, reason: String?)] = [
            ("delivered", nil), ("created", nil), ("created", nil), ("cancelled", nil),
        ]

        private func cancellations(of client: APIClient) async throws -> Int {
            try await gateway().database.query(
                Statement("SELECT FROM cancellations WHERE service = $1"), [.text(client.tenant.text)]
            ).count
        }

        @Test(arguments: ["accepted", "expanding", "expanded"])
        func `a request that is under way is cancelled, and the answer says how much is stopped`(state: String) async throws {
            let client = try await gateway().newTenant()
            let record = try await Record.make(for: client.tenant, state: state, notifications: Self.underWay)
            let path = "/v1/requests/\(record.request)"
            try await gateway().database.query(
                Statement(
                    "INSERT INTO request_parts (service, request, part, notifications, not_created, at) VALUES ($1, $2, 0, 4, 90, now())"
                ), [.text(client.tenant.text), .text(record.request.description)])
            let answer = try await client.delete(path)
            #expect(answer.status == 200)
            #expect(answer.document["state"] == "cancelled")
            #expect(answer.document["expanded"] == false)
            #expect(answer.document["notifications"]?["by_status"] == ["created": 2, "delivered": 1, "cancelled": 1])
            #expect(answer.document["notifications"]?["not_created"] == 90)
            #expect(answer.document["cancellation"]?["stopped"] == 91)
            #expect(answer.document["cancellation"]?["remaining"] == 2)
            #expect(answer.document["cancellation"]?["confirmed"] == true)
            // The same again, and from then on.
            #expect(try await client.delete(path).document["cancellation"] == answer.document["cancellation"])
            let shown = try await client.get(path).document
            #expect(shown["state"] == "cancelled")
            #expect(shown["cancellation"]?["cancelled_at"] == answer.document["cancellation"]?["cancelled_at"])
            #expect(shown["cancellation"]?["confirmed"] == nil)
            #expect(try await cancellations(of: client) == 1)
        }

        @Test func `a request of which everything was sent stays what it is, and nothing is stopped`() async throws {
            let client = try await gateway().newTenant()
            let record = try await Record.make(for: client.tenant)
            for _ in 0..<2 {
                let answer = try await client.delete("/v1/requests/\(record.request)")
                #expect(answer.status == 200)
                #expect(answer.document["state"] == "expanded")
                #expect(answer.document["cancellation"]?["stopped"] == 0)
                #expect(answer.document["cancellation"]?["cancelled_at"] == .null)
            }
            let shown = try await client.get("/v1/requests/\(record.request)").document
            #expect(shown["state"] == "expanded" && shown["cancellation"] == .null)
        }

        @Test(arguments: ["rejected", "expired"])
        func `a request that was not carried out stays what it is`(state: String) async throws {
            let client = try await gateway().newTenant()
            let record = try await Record.make(for: client.tenant, state: state, notifications: [("expired", nil)])
            let answer = try await client.delete("/v1/requests/\(record.request)")
            #expect(answer.status == 200)
            #expect(answer.document["state"]?.stringValue == state)
            #expect(answer.document["cancellation"]?["stopped"] == 0)
            #expect(try await cancellations(of: client) == 0)
        }

        @Test func `a request that waits for the router is cancelled before it is on record`() async throws {
            let client = try await gateway().newTenant()
            _ = try await client.call("POST", "/v1/channels/news/consumers")
            let accepted = try await client.post("/v1/requests", ["channel": ["news"], "text": ["Hi"], "dedupe_key": "k"])
                .document
            let id = try #require(accepted["id"]?.stringValue)
            let answer = try await client.delete("/v1/requests/\(id)")
            #expect(answer.status == 202)
            #expect(answer.document["id"]?.stringValue == id)
            #expect(answer.document["confirmed"] == true)
            #expect(try await cancellations(of: client) == 1)
        }

        @Test func `another service's request is not touched, and an id that no waiting request can have is not found`()
            async throws
        {
            let (owner, other) = (try await gateway().newTenant(), try await gateway().newTenant())
            let record = try await Record.make(for: owner.tenant, state: "expanding", notifications: Self.underWay)
            _ = try await other.delete("/v1/requests/\(record.request)")
            let shown = try await owner.get("/v1/requests/\(record.request)").document
            #expect(shown["state"] == "expanding" && shown["cancellation"] == .null)
            let old = RequestID.fresh(at: .now - .seconds(2 * 86_400))
            let answer = try await other.delete("/v1/requests/\(old)")
            #expect(answer.status == 404)
            #expect(try await other.delete("/v1/requests/soon").status == 404)
            #expect(try await cancellations(of: other) == 1)
        }
    }
}

@Suite struct WaitingRequestTests {
    private static let now = Timestamp(seconds: 1_800_000_000)

    @Test(arguments: [(-86_399, true), (-86_401, false), (0, true), (299, true), (301, false)])
    func `an id of version 7 may belong to a waiting request for a day`(age seconds: Int64, mayWait: Bool) {
        let id = RequestID.fresh(at: Self.now + .seconds(seconds))
        #expect(id.mayWaitForRouter(at: Self.now) == mayWait)
    }

    @Test func `an id without a time may always do so`() {
        let derived = RequestID.derived(tenant: TenantName("shop")!, dedupeKey: "k")
        #expect(derived.version == 8 && derived.mayWaitForRouter(at: Self.now))
        #expect(RequestID("0f8fad5b-d9cb-469f-a165-70867728950e")!.mayWaitForRouter(at: Self.now))
    }
}
