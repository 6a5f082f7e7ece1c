import JSON
import Model
import Testing

extension GatewayTests {
    @Suite struct ConsumerTests {
        @Test func registersAConsumerOnce() async throws {
            let client = try await gateway().newTenant()
            let first = try await client.post("/v1/consumers", ["consumer": "ada"])
            #expect(first.status == 201)
            #expect(first.document["consumer"] == "ada")
            #expect(first.document["endpoint"] == .null)
            #expect(try await client.post("/v1/consumers", ["consumer": "ada"]).status == 200)
        }

        @Test func addsAnEndpointWithItsConsumer() async throws {
            let client = try await gateway().newTenant()
            let body: JSON = ["consumer": "ada", "endpoint": ["medium": "email", "address": "ada@example.org"]]
            let first = try await client.post("/v1/consumers", body)
            #expect(first.status == 201)
            #expect(first.document["endpoint"]?["secret"] == nil)
            let again = try await client.post("/v1/consumers", body)
            #expect(again.status == 200)
            #expect(again.document["endpoint"]?["id"] == first.document["endpoint"]?["id"])
            let other: JSON = ["consumer": "ada", "endpoint": ["medium": "email", "address": "ada@example.net"]]
            #expect(try await client.post("/v1/consumers", other).status == 201)
        }

        @Test func returnsTheSecretOfAWebhookAndRenewsIt() async throws {
            let client = try await gateway().newTenant()
            let body: JSON = ["consumer": "ada", "endpoint": ["medium": "webhook", "address": "https://example.org/hook"]]
            let endpoint = try #require(try await client.post("/v1/consumers", body).document["endpoint"])
            let secret = try #require(endpoint["secret"]?.stringValue)
            #expect(secret.hasPrefix("whsec_") && secret.count == 50)
            #expect(try await client.post("/v1/consumers", body).document["endpoint"]?["secret"]?.stringValue == secret)
            let path = "/v1/consumers/ada/endpoints/\(endpoint["id"]?.stringValue ?? "")"
            let renewed = try await client.call("POST", "\(path)/secret")
            #expect(renewed.status == 200)
            #expect(renewed.document["secret"]?.stringValue?.hasPrefix("whsec_") == true)
            #expect(renewed.document["secret"]?.stringValue != secret)
            #expect(try await client.get(path).document["secret"] == nil)
        }

        @Test func saysThatOnlyAWebhookHasASecret() async throws {
            let client = try await gateway().newTenant()
            let body: JSON = ["consumer": "ada", "endpoint": ["medium": "email", "address": "ada@example.org"]]
            let id = try #require(try await client.post("/v1/consumers", body).document["endpoint"]?["id"]?.stringValue)
            #expect(try await client.call("POST", "/v1/consumers/ada/endpoints/\(id)/secret").status == 409)
            let nowhere = "/v1/consumers/ada/endpoints/\(EndpointID.fresh())/secret"
            #expect(try await client.call("POST", nowhere).status == 404)
        }

        @Test func keepsEndpointsToBeReadChangedAndRemoved() async throws {
            let client = try await gateway().newTenant()
            _ = try await client.post("/v1/consumers", ["consumer": "ada"])
            let added = try await client.post(
                "/v1/consumers/ada/endpoints", ["medium": "email", "address": "ada@example.org"])
            #expect(added.status == 201)
            let path = "/v1/consumers/ada/endpoints/\(added.document["id"]?.stringValue ?? "")"
            #expect(try await client.get(path).document["address"] == "ada@example.org")
            let changed = try await client.patch(path, ["address": "ada@example.net"])
            #expect(changed.document["address"] == "ada@example.net")
            #expect(try await client.get("/v1/consumers/ada/endpoints").document["items"]?.arrayValue?.count == 1)
            #expect(try await client.get("/v1/consumers/ada").document["endpoints"]?[0]?["address"] == "ada@example.net")
            _ = try await client.post("/v1/consumers/ada/endpoints", ["medium": "email", "address": "ada@example.org"])
            #expect(try await client.patch(path, ["address": "ada@example.org"]).problem == "conflict")
            #expect(try await client.delete(path).status == 204)
            #expect(try await client.get(path).status == 404)
            #expect(try await client.delete(path).status == 404)
        }

        @Test func refusesTheHundredAndFirstEndpointAndSaysSo() async throws {
            let client = try await gateway().newTenant()
            _ = try await client.post("/v1/consumers", ["consumer": "ada"])
            func add(_ number: Int) async throws -> APIClient.Answer {
                try await client.post(
                    "/v1/consumers/ada/endpoints", ["medium": "email", "address": .string("ada\(number)@example.org")])
            }
            for number in 0..<100 { #expect(try await add(number).status == 201) }
            let refused = try await add(100)
            #expect(refused.problem == "conflict")
            #expect(refused.detail.contains("100 endpoints"))
            #expect(try await add(7).status == 200)
            let more = try await client.post(
                "/v1/consumers", ["consumer": "ada", "endpoint": ["medium": "email", "address": "one@example.org"]])
            #expect(more.problem == "conflict")
        }

        @Test func removesAConsumerWithAllThatIsItsOwn() async throws {
            let client = try await gateway().newTenant()
            _ = try await client.post(
                "/v1/consumers", ["consumer": "ada", "endpoint": ["medium": "email", "address": "ada@example.org"]])
            _ = try await client.post("/v1/channels/news/consumers", ["consumer": "ada"])
            #expect(try await client.delete("/v1/consumers/ada").status == 204)
            #expect(try await client.get("/v1/consumers/ada").problem == "unknown-consumer")
            #expect(try await client.get("/v1/channels/news").document["consumers"] == 0)
        }

        @Test func listsConsumersInParts() async throws {
            let client = try await gateway().newTenant()
            for name in ["cy", "ada", "ben/b", "Été"] { _ = try await client.post("/v1/consumers", ["consumer": .string(name)]) }
            var names: [String] = []
            var after = ""
            while true {
                let part = try await client.get("/v1/consumers?limit=3\(after)").document
                names += part["items"]?.arrayValue?.compactMap { $0["consumer"]?.stringValue } ?? []
                guard let next = part["next"]?.stringValue else { break }
                after = "&after=" + next.replacing("/", with: "%2F")
            }
            #expect(names.sorted() == ["Été", "ada", "ben/b", "cy"].sorted())
            #expect(try await client.get("/v1/consumers/ben%2Fb").document["consumer"] == "ben/b")
        }
    }
}
