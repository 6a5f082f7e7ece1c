import Accounts
import JSON
import Model
import Testing

@testable import Gateway

extension GatewayTests {
    @Suite struct AccessTests {
        @Test(arguments: ["none", "Bearer", "Bearer x", "Basic YTpi", "Bearer posthorn_shop_0000", "posthorn_shop_0000"])
        func asksForAKey(_ authorization: String) async throws {
            let client = try await gateway().newTenant()
            let answer = try await client.call("GET", "/v1/consumers", headers: ["Authorization": authorization])
            #expect(answer.status == 401)
            #expect(answer.header("WWW-Authenticate")?.hasPrefix("Bearer") == true)
        }

        @Test(arguments: [
            ("GET", "/v1/consumers", "", #"method="GET",route="/v1/consumers",code="200""#),
            ("GET", "/v1/consumers", "Bearer x", #"method="GET",route="/v1/consumers",code="401""#),
            ("GET", "/v1/nothing", "", #"method="",route="",code="404""#),
            ("PUT", "/v1/consumers", "", #"method="",route="",code="405""#),
        ])
        func countsEachResponse(_ method: String, _ path: String, _ authorization: String, _ labels: String) async throws {
            let client = try await gateway().newTenant()
            let before = try Self.responses(labels)
            _ = try await client.call(method, path, headers: authorization.isEmpty ? [:] : ["Authorization": authorization])
            #expect(try Self.responses(labels) > before)
        }

        /// How many responses of the gateway have been counted under these labels.
        private static func responses(_ labels: String) throws -> Int {
            let sample = #"posthorn_http_requests_total{server="gateway",\#(labels)} "#
            let lines = try gateway().metrics.exposition().split(separator: "\n")
            return lines.first { $0.hasPrefix(sample) }.flatMap { Int($0.dropFirst(sample.count)) } ?? 0
        }

        @Test func endsARevokedKeyForThoseWhoDoNotKnowIt() async throws {
            let keys = KeyStore(try gateway().database)
            let client = try await gateway().newTenant()
            let record = try #require(try await keys.list(tenant: client.tenant).first)
            #expect(try await keys.revoke(record.id, tenant: TenantName("other")!) == false)
            #expect(try await keys.revoke(record.id, tenant: client.tenant))
            #expect(try await keys.revoke(record.id, tenant: client.tenant) == false)
            #expect(try await client.get("/v1/consumers").status == 401)
        }

        @Test func hidesEverythingFromOtherServices() async throws {
            let owner = try await gateway().newTenant()
            let other = try await gateway().newTenant()
            let registered = try await owner.post(
                "/v1/consumers", ["consumer": "ada", "endpoint": ["medium": "email", "address": "ada@example.org"]])
            _ = try await owner.post("/v1/channels/news/consumers", ["consumer": "ada"])
            let record = try await Record.make(for: owner.tenant)
            let endpoint = registered.document["endpoint"]?["id"]?.stringValue ?? ""
            let paths = [
                "/v1/consumers/ada", "/v1/consumers/ada/channels", "/v1/consumers/ada/endpoints",
                "/v1/consumers/ada/endpoints/\(endpoint)", "/v1/channels/news", "/v1/channels/news/consumers",
                "/v1/channels/news/consumers/ada", "/v1/requests/\(record.request)",
                "/v1/requests/\(record.request)/notifications",
                "/v1/notifications/\(record.failed)",
            ]
            for path in paths {
                #expect(try await owner.get(path).status == 200, "\(path)")
                #expect(try await other.get(path).status == 404, "\(path)")
            }
            for path in paths where OpenAPIDocument.shared.has("DELETE", path) {
                // A request may have been accepted and not be on record yet, so the other service's own cancellation is recorded.
                let expected = path.hasPrefix("/v1/requests/") ? 202 : 404
                #expect(try await other.delete(path).status == expected, "\(path)")
            }
            #expect(try await owner.get("/v1/requests/\(record.request)").document["state"] != "cancelled")
            // Even a consumer of the same name gives no way to another service's endpoint.
            _ = try await other.post("/v1/consumers", ["consumer": "ada"])
            let path = "/v1/consumers/ada/endpoints/\(endpoint)"
            #expect(try await other.get(path).status == 404)
            #expect(try await other.delete(path).status == 404)
            #expect(try await other.patch(path, ["address": "eve@example.org"]).status == 404)
            #expect(try await other.call("POST", "\(path)/secret").status == 404)
            #expect(try await other.post("/v1/requests", ["channel": ["news"], "text": ["Hi"]]).problem == "unknown-channel")
            #expect(try await other.get("/v1/channels").document["items"] == [])
            #expect(try await owner.get(path).document["address"] == "ada@example.org")
        }
    }
}
