import Contract
import Database
import JSON
import Model
import Testing

extension GatewayTests {
    @Suite struct RequestTests {
        private static let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

        private func clientWithNews() async throws -> APIClient {
            let client = try await gateway().newTenant()
            _ = try await client.call("POST", "/v1/channels/news/consumers")
            return client
        }

        @Test func handsARequestToTheBrokerAsItCame() async throws {
            let client = try await clientWithNews()
            let body = Array(#"{ "channel": ["news"], "text": ["Titel", "Grüße"], "priority": "priority" }"#.utf8)
            let answer = try await client.call("POST", "/v1/requests", body, headers: ["traceparent": Self.traceparent])
            #expect(answer.status == 202)
            let id = try #require(answer.document["id"]?.stringValue)
            #expect(answer.document["status_url"]?.stringValue == "/v1/requests/\(id)")
            #expect(answer.header("Location") == "/v1/requests/\(id)")
            let submission = try #require(try await gateway().requests(of: client.tenant, lane: .priority, count: 1).first)
            #expect(submission.body == body)
            #expect(submission.id?.description == id)
            #expect(submission.user == (try gateway().broker.settings.user))
            #expect(submission.traceparent == Self.traceparent)
            #expect(try submission.request().text == ["Titel", "Grüße"])
        }

        @Test func takesEachOfManyThatComeTogether() async throws {
            let client = try await clientWithNews()
            let sent = try await withThrowingTaskGroup(of: (String, String).self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let answer = try await client.post("/v1/requests", ["channel": ["news"], "text": [.string("\(number)")]])
                        return (answer.document["id"]?.stringValue ?? "status \(answer.status)", "\(number)")
                    }
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            #expect(sent.count == 100)
            let submissions = try await gateway().requests(of: client.tenant, lane: .normal, count: 100)
            #expect(submissions.count == 100)
            for submission in submissions {
                let id = try #require(submission.id).description
                #expect(try submission.request().text == [sent[id]])
            }
        }

        @Test func refusesTwoKeysThatDiffer() async throws {
            let client = try await clientWithNews()
            let body: JSON = ["channel": ["news"], "text": ["Once"], "dedupe_key": "a"]
            let same = try await client.post("/v1/requests", body, headers: ["Idempotency-Key": "a"])
            #expect(same.status == 202)
            let answer = try await client.post("/v1/requests", body, headers: ["Idempotency-Key": "b"])
            #expect(answer.status == 409)
            #expect(answer.field == "dedupe_key")
        }

        @Test func namesEachUnknownChannel() async throws {
            let client = try await clientWithNews()
            let answer = try await client.post("/v1/requests", ["channel": ["news", "nope", "neither"], "text": ["Hi"]])
            #expect(answer.status == 404)
            #expect(answer.problem == "unknown-channel")
            #expect(answer.detail.contains("\"nope\", \"neither\""))
            #expect(!answer.detail.contains("\"news\""))
        }

        @Test func seesAChannelAsSoonAsItIsThere() async throws {
            let client = try await gateway().newTenant()
            let body: JSON = ["channel": ["late"], "text": ["Hi"]]
            #expect(try await client.post("/v1/requests", body).status == 404)
            _ = try await client.call("POST", "/v1/channels/late/consumers")
            #expect(try await client.post("/v1/requests", body).status == 202)
            _ = try await client.delete("/v1/channels/late")
            #expect(try await client.post("/v1/requests", body).status == 404)
        }

        @Test func saysThatARequestIsNotOnRecordYet() async throws {
            let client = try await clientWithNews()
            let id = try #require(try await client.post("/v1/requests", ["channel": ["news"], "text": ["Hi"]]).document["id"])
            let answer = try await client.get("/v1/requests/\(id.stringValue ?? "")")
            #expect(answer.status == 404)
            #expect(answer.header("Retry-After") == "1")
            #expect(answer.detail.contains("ask again"))
            #expect(try await client.get("/v1/requests/\(id.stringValue ?? "")/notifications").header("Retry-After") == "1")
        }

        @Test func showsTheProgressOfARequest() async throws {
            let client = try await gateway().newTenant()
            let record = try await Record.make(for: client.tenant)
            let progress = try await client.get("/v1/requests/\(record.request)").document
            #expect(progress["state"] == "expanded")
            #expect(progress["expanded"] == true)
            #expect(progress["channel"] == ["news"])
            #expect(progress["notifications"]?["total"] == 3)
            #expect(progress["notifications"]?["by_status"] == ["delivered": 2, "temporary-failure": 1])
        }

        @Test func listsNotificationsInPartsAndByStatus() async throws {
            let client = try await gateway().newTenant()
            let record = try await Record.make(for: client.tenant)
            let path = "/v1/requests/\(record.request)/notifications"
            let part = try await client.get("\(path)?limit=2").document
            #expect(part["items"]?.arrayValue?.count == 2)
            let next = try #require(part["next"]?.stringValue)
            let rest = try await client.get("\(path)?limit=2&after=\(next)").document
            #expect(rest["items"]?.arrayValue?.count == 1)
            #expect(rest["next"] == .null)
            let failed = try await client.get("\(path)?status=temporary-failure").document["items"]?.arrayValue
            #expect(failed?.map { $0["reason"] } == ["HTTP 503"])
            #expect(try await client.get("\(path)?status=lost").status == 400)
            #expect(try await client.get("\(path)?after=x").status == 400)
        }

        @Test func showsANotificationWithTheTriesThatFailed() async throws {
            let client = try await gateway().newTenant()
            let record = try await Record.make(for: client.tenant)
            let answer = try await client.get("/v1/notifications/\(record.failed)")
            #expect(answer.document["status"] == "temporary-failure")
            #expect(answer.document["failures"]?.arrayValue?.map { $0["reason"] } == ["HTTP 503", "HTTP 503"])
            #expect(try await client.get("/v1/notifications/\(RequestID.fresh())").status == 404)
        }
    }
}

/// A request on record with three notifications, two delivered and one failed.
struct Record {
    let request: RequestID
    let failed: NotificationID

    private static let addRequest = Statement(
        "add request",
        """
        INSERT INTO requests (service, id, lane, channels, state, parts, accepted_at, finished_at)
        VALUES ($1, $2::uuid, 'normal', '{news}', $3, 1, now(), now())
        """)
    private static let addNotification = Statement(
        "add notification",
        """
        INSERT INTO notifications (id, service, request, consumer, endpoint, medium, lane, status, attempt, provider, reason,
            created_at, updated_at)
        VALUES ($1::uuid, $2, $3::uuid, 'ada', $4::uuid, 'webhook', 'normal', $5::notification_status, 1, 'direct', $6, now(), now())
        """)
    private static let addAttempt = Statement(
        "add attempt",
        "INSERT INTO attempts (notification, attempt, provider, reason, at) VALUES ($1::uuid, $2, 'direct', 'HTTP 503', now())")

    static func make(
        for tenant: TenantName, state: String = "expanded",
        notifications: [(status: String, reason: String?)] = [
            ("delivered", nil), ("delivered", nil), ("temporary-failure", "HTTP 503"),
        ]
    ) async throws -> Record {
        let database = try gateway().database
        let request = RequestID.fresh()
        try await database.query(addRequest, [.text(tenant.text), .text(request.description), .text(state)])
        var last: NotificationID?
        for (status, reason) in notifications {
            let endpoint = EndpointID.fresh()
            let id = NotificationID.derived(request: request, endpoint: endpoint, medium: .webhook)
            try await database.query(
                addNotification,
                [
                    .text(id.description), .text(tenant.text), .text(request.description), .text(endpoint.description),
                    .text(status), .text(reason),
                ])
            last = id
        }
        let failed = try #require(last)
        for attempt in 1...2 { try await database.query(addAttempt, [.text(failed.description), .integer(Int64(attempt))]) }
        return Record(request: request, failed: failed)
    }
}
