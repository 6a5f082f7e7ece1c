import JSON
import Testing

extension GatewayTests {
    @Suite struct ChannelTests {
        @Test func addsAChannelWithoutAConsumerAndStopsThere() async throws {
            let client = try await gateway().newTenant()
            let first = try await client.call("POST", "/v1/channels/news/consumers")
            #expect(first.status == 201)
            #expect(first.document == ["channel": "news", "consumer": .null])
            #expect(try await client.post("/v1/channels/news/consumers", [:]).status == 200)
            #expect(try await client.get("/v1/channels/news").document["consumers"] == 0)
        }

        @Test func letsAConsumerListenAndAddsTheChannel() async throws {
            let client = try await gateway().newTenant()
            _ = try await client.post("/v1/consumers", ["consumer": "ada"])
            let first = try await client.post("/v1/channels/news/consumers", ["consumer": "ada", "media": ["email"]])
            #expect(first.status == 201)
            #expect(first.document["media"] == ["email"])
            #expect(try await client.post("/v1/channels/news/consumers", ["consumer": "ada", "media": ["email"]]).status == 200)
            #expect(try await client.get("/v1/channels/news").document["consumers"] == 1)
        }

        @Test func takesOtherMediaInPlaceOfTheOldOnes() async throws {
            let client = try await gateway().newTenant()
            _ = try await client.post("/v1/consumers", ["consumer": "ada"])
            _ = try await client.post("/v1/channels/news/consumers", ["consumer": "ada", "media": ["email"]])
            let changed = try await client.post("/v1/channels/news/consumers", ["consumer": "ada"])
            #expect(changed.status == 200)
            #expect(try await client.get("/v1/channels/news/consumers/ada").document["media"] == .null)
        }

        @Test func refusesAnUnknownConsumerAndAddsNothing() async throws {
            let client = try await gateway().newTenant()
            let answer = try await client.post("/v1/channels/news/consumers", ["consumer": "ghost"])
            #expect(answer.status == 404)
            #expect(answer.problem == "unknown-consumer")
            #expect(answer.detail.contains("\"ghost\"") && answer.detail.contains("POST /v1/consumers"))
            #expect(try await client.get("/v1/channels/news").problem == "unknown-channel")
        }

        @Test func listsWhoListensToWhat() async throws {
            let client = try await gateway().newTenant()
            for name in ["ada", "ben", "cy"] {
                _ = try await client.post("/v1/consumers", ["consumer": .string(name)])
                _ = try await client.post("/v1/channels/news/consumers", ["consumer": .string(name)])
            }
            _ = try await client.post("/v1/channels/alerts/consumers", ["consumer": "ben"])
            let part = try await client.get("/v1/channels/news/consumers?limit=2").document
            #expect(part["items"]?.arrayValue?.map { $0["consumer"] } == ["ada", "ben"])
            #expect(part["next"] == "ben")
            let rest = try await client.get("/v1/channels/news/consumers?limit=2&after=ben").document
            #expect(rest["items"]?.arrayValue?.map { $0["consumer"] } == ["cy"])
            #expect(rest["next"] == .null)
            let channels = try await client.get("/v1/consumers/ben/channels").document
            #expect(channels["items"]?.arrayValue?.map { $0["channel"] } == ["alerts", "news"])
            #expect(try await client.get("/v1/channels").document["items"]?.arrayValue?.count == 2)
            #expect(try await client.get("/v1/consumers/ghost/channels").problem == "unknown-consumer")
            #expect(try await client.get("/v1/channels/ghost/consumers").problem == "unknown-channel")
        }

        @Test func forgetsARemovedChannelAtOnceAndFreesItsName() async throws {
            let client = try await gateway().newTenant()
            _ = try await client.post("/v1/consumers", ["consumer": "ada"])
            for channel in ["alerts", "news"] {
                _ = try await client.post("/v1/channels/\(channel)/consumers", ["consumer": "ada"])
            }
            #expect(try await client.delete("/v1/channels/news").status == 204)
            // Its rows are still there, for the recorder to delete; nothing else sees them.
            #expect(try await client.get("/v1/channels").document["items"]?.arrayValue?.map { $0["channel"] } == ["alerts"])
            let listened = try await client.get("/v1/consumers/ada/channels").document["items"]?.arrayValue
            #expect(listened?.map { $0["channel"] } == ["alerts"])
            #expect(try await client.get("/v1/channels/news/consumers/ada").status == 404)
            #expect(try await client.get("/v1/channels/news/consumers").problem == "unknown-channel")
            #expect(try await client.post("/v1/requests", ["channel": ["news"], "text": ["Hi"]]).problem == "unknown-channel")
            #expect(try await client.call("POST", "/v1/channels/news/consumers").status == 201)
            #expect(try await client.get("/v1/channels/news").document["consumers"] == 0)
            #expect(try await client.delete("/v1/channels/news").status == 204)
        }

        @Test func removesSubscriptionsAndChannels() async throws {
            let client = try await gateway().newTenant()
            _ = try await client.post("/v1/consumers", ["consumer": "ada"])
            _ = try await client.post("/v1/channels/news/consumers", ["consumer": "ada"])
            #expect(try await client.delete("/v1/channels/news/consumers/ada").status == 204)
            #expect(try await client.delete("/v1/channels/news/consumers/ada").status == 404)
            #expect(try await client.delete("/v1/channels/news").status == 204)
            #expect(try await client.delete("/v1/channels/news").problem == "unknown-channel")
            #expect(try await client.get("/v1/consumers/ada").status == 200)
        }
    }
}
