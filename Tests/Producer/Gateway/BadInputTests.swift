import JSON
import Model
import Testing

extension GatewayTests {
    @Suite struct BadInputTests {
        struct Wrong: Sendable, CustomTestStringConvertible {
            let target: String
            let body: String
            let status: Int
            let field: String?
            let words: String

            init(_ target: String, _ body: String, _ status: Int, _ field: String?, _ words: String) {
                self.target = target
                self.body = body
                self.status = status
                self.field = field
                self.words = words
            }

            var testDescription: String { "\(target) \(body.prefix(60))" }
        }

        @Test(arguments: [
            Wrong("/v1/requests", "", 400, nil, "the document is empty"),
            Wrong("/v1/requests", "{\n  \"text\": [\"Hi\"],\n}", 400, nil, "(line 3, column 1)"),
            Wrong("/v1/requests", #"{"text": "Hi"}"#, 422, "text", "must be an array, not a string"),
            Wrong("/v1/requests", #"["Hi"]"#, 422, nil, "must be an object, not an array"),
            Wrong("/v1/requests", #"{"text": ["Hi"]}"#, 422, "channel", "is required"),
            Wrong("/v1/requests", #"{"channel": ["news"]}"#, 422, "text", "is required"),
            Wrong("/v1/requests", #"{"channel": [7], "text": ["Hi"]}"#, 422, "channel[0]", "must be a string, not a number"),
            Wrong("/v1/requests", #"{"channel": ["news"], "text": ["Hi"], "colour": 1}"#, 422, "colour", "is not a known field"),
            Wrong("/v1/requests", #"{"channel": ["news"], "text": ["Hi\r\nBcc: x"]}"#, 422, "text[0]", "without CR, LF or NUL"),
            Wrong(
                "/v1/requests", #"{"to": [{"email": "a@b\r\nc"}], "text": ["Hi"]}"#, 422, "to[0].email",
                "must be an email address"),
            Wrong(
                "/v1/requests", #"{"channel": ["news"], "text": ["Hi"], "priority": "high"}"#, 422, "priority",
                "priority, normal, bulk"),
            Wrong("/v1/consumers", #"{"consumer": ""}"#, 422, "consumer", "must not be empty"),
            Wrong("/v1/consumers", #"{"consumer": "a\u0007"}"#, 422, "consumer", "no control characters"),
            Wrong(
                "/v1/consumers", #"{"consumer": "a", "endpoint": {"medium": "sms", "address": "1"}}"#, 422, "endpoint.medium",
                "email, webhook"),
            Wrong(
                "/v1/consumers", #"{"consumer": "a", "endpoint": {"medium": "email"}}"#, 422, "endpoint.address", "is required"),
            Wrong("/v1/channels/c/consumers", #"{"media": ["email"]}"#, 422, "consumer", "is required"),
            Wrong("/v1/channels/c/consumers", #"{"consumer": "a", "media": ["fax"]}"#, 422, "media[0]", "email, webhook"),
        ])
        func saysWhatIsWrongAndWhere(_ wrong: Wrong) async throws {
            let client = try await gateway().newTenant()
            let answer = try await client.call("POST", wrong.target, Array(wrong.body.utf8))
            #expect(answer.status == wrong.status)
            #expect(answer.field == wrong.field)
            #expect(answer.detail.contains(wrong.words))
            #expect(answer.header("Content-Type") == "application/problem+json")
        }

        @Test(arguments: [
            "http://example.org/hook", "https://127.0.0.1/", "https://localhost/x", "https://a.localhost/", "https://10.1.2.3/",
            "https://192.168.0.1:8443/", "https://169.254.169.254/latest/meta-data", "https://[::1]/", "https://[fd00::1]/",
            "https://[::ffff:10.0.0.1]/", "https://2130706433/", "https://0x7f.1/", "https://127.1/", "https://example.org:22/",
            "https://user:pass@example.org/", "ftp://example.org/",
        ])
        func refusesWebhooksThatCouldNotBeReached(_ address: String) async throws {
            let client = try await gateway().newTenant()
            let body: JSON = ["consumer": "ada", "endpoint": ["medium": "webhook", "address": .string(address)]]
            let answer = try await client.post("/v1/consumers", body)
            #expect(answer.status == 422)
            #expect(answer.field == "endpoint.address")
            #expect(try await client.get("/v1/consumers/ada").status == 404)
        }

        @Test(arguments: [
            "https://example.org/hook", "https://8.8.8.8:8443/x", "https://[2606:4700::1111]/", "https://b.example.org:443/",
        ])
        func takesWebhooksOnPublicHosts(_ address: String) async throws {
            let client = try await gateway().newTenant()
            let body: JSON = ["consumer": "ada", "endpoint": ["medium": "webhook", "address": .string(address)]]
            #expect(try await client.post("/v1/consumers", body).status == 201)
        }

        @Test func refusesABodyOverTheLimitAndTakesOneAtIt() async throws {
            let client = try await gateway().newTenant()
            let frame = #"{"to":[{"email":"a@example.org"}],"text":["Hi",""]}"#.utf8.count
            func body(_ size: Int) -> [UInt8] {
                let text = String(repeating: "x", count: size - frame)
                return Array(#"{"to":[{"email":"a@example.org"}],"text":["Hi","\#(text)"]}"#.utf8)
            }
            #expect(try await client.call("POST", "/v1/requests", body(Request.sizeLimit)).status == 202)
            let answer = try await client.call("POST", "/v1/requests", body(Request.sizeLimit + 1))
            #expect(answer.status == 413)
            #expect(answer.detail.contains("262144"))
        }

        @Test(arguments: [nil, "text/plain", "application/x-www-form-urlencoded"])
        func refusesABodyThatDoesNotSayItIsJSON(_ type: String?) async throws {
            let client = try await gateway().newTenant()
            let answer = try await client.call("POST", "/v1/consumers", Array(#"{"consumer":"a"}"#.utf8), type: type ?? "-")
            #expect(answer.status == 415)
            #expect(answer.detail.contains("application/json"))
        }

        @Test func takesAContentTypeWithACharacterSet() async throws {
            let client = try await gateway().newTenant()
            let body = Array(#"{"consumer":"a"}"#.utf8)
            #expect(try await client.call("POST", "/v1/consumers", body, type: "Application/JSON ; charset=utf-8").status == 201)
        }

        @Test(arguments: ["limit=0", "limit=1001", "limit=x", "limit=1&limit=2", "page=2"])
        func refusesAQueryThatMeansNothing(_ query: String) async throws {
            let client = try await gateway().newTenant()
            #expect(try await client.get("/v1/consumers?\(query)").problem == "invalid-query")
        }

        @Test func saysWhichMethodsThereAre() async throws {
            let client = try await gateway().newTenant()
            let answer = try await client.call("PUT", "/v1/channels/news/consumers/ada", [])
            #expect(answer.status == 405)
            #expect(answer.header("Allow") == "GET, HEAD, DELETE")
            #expect(try await client.get("/v2/channels").status == 404)
            #expect(try await client.get("/v1/requests/7").status == 404)
            #expect(try await client.get("/v1/channels/%07").status == 404)
        }

        @Test func showsItsDescriptionToAnybody() async throws {
            let client = try await gateway().newTenant()
            let answer = try await client.call("GET", "/openapi.json", headers: ["Authorization": "none"])
            #expect(answer.status == 200)
            #expect(answer.document["openapi"]?.stringValue?.hasPrefix("3.1") == true)
        }
    }
}
