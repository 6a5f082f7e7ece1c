import JSON
import Model
import TestPeers
import Testing

/// A webhook, verified by an independent library.
@Suite(.enabled(if: Python.isGiven)) struct StandardWebhooksTests {
    private let program = """
        import base64, json, sys
        from standardwebhooks import Webhook, WebhookVerificationError
        given = json.load(sys.stdin)
        body = base64.b64decode(given["body"])
        headers = {name.lower(): value for name, value in given["headers"]}
        message = Webhook(given["secret"]).verify(body, headers)
        try:
            Webhook(given["secret"]).verify(body + b" ", headers)
            print("a forged body passed")
        except WebhookVerificationError:
            print(message["data"]["text"][0], headers["content-type"], headers["webhook-id"], sep="|", end="")
        """

    @Test func isVerifiedByTheStandardsOwnLibrary() async throws {
        let peer = try await Peer.shared()
        let setup = try #require(try await Subject.webhook.setup(.takes))
        let address = setup.address + "?verified"
        _ = await setup.deliver([address])
        let request = try #require(try await peer.requests("verified").first)
        let notification = setup.notification(address)
        let key = try #require(MasterKey(base64: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="))
        let secret = key.webhookSecret(of: notification.endpoint.id, generation: 1).reveal()
        let given: JSON = ["secret": .string(secret), "body": request["body"] ?? .null, "headers": request["headers"] ?? .null]
        let parts = try await Python.run(program, input: given.encoded()).split(separator: "|")
        try #require(parts.count == 3)
        #expect(parts[0] == "Titel — Grüße")
        #expect(parts[1] == "application/json")
        #expect(NotificationID(String(parts[2])) != nil)
    }

    @Test func keepsItsIDOnEveryRetry() async throws {
        let peer = try await Peer.shared()
        let setup = try #require(try await Subject.webhook.setup(.takes))
        let notification = setup.notification(setup.address + "?again")
        _ = await setup.deliver(notifications: [notification])
        _ = await setup.deliver(notifications: [notification])
        let ids = try await peer.requests("again").map { request in
            request["headers"]?.arrayValue?.first { $0[0] == "webhook-id" }?[1]?.stringValue
        }
        #expect(ids == [notification.id.description, notification.id.description])
    }
}
