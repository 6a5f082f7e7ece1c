import Destinations
import JSON
import Model
import Runtime
import Senders
import Testing
import Transfers

@testable import WebhookSender

@Suite struct WebhookVerdictTests {
    @Test(arguments: [
        (200, Verdict.delivered(reference: nil)), (204, .delivered(reference: nil)), (299, .delivered(reference: nil)),
        (301, .refused(why: "HTTP 301: redirects are not followed")),
        (304, .refused(why: "HTTP 304: redirects are not followed")),
        (400, .refused(why: "HTTP 400")), (401, .refused(why: "HTTP 401")), (404, .refused(why: "HTTP 404")),
        (408, .retry(after: nil, why: "HTTP 408")), (410, .endpointGone(why: "HTTP 410")), (422, .refused(why: "HTTP 422")),
        (425, .retry(after: nil, why: "HTTP 425")), (429, .retry(after: nil, why: "HTTP 429")),
        (500, .retry(after: nil, why: "HTTP 500")), (501, .retry(after: nil, why: "HTTP 501")),
        (502, .failing(after: nil, why: "HTTP 502")), (503, .failing(after: nil, why: "HTTP 503")),
        (504, .failing(after: nil, why: "HTTP 504")), (599, .retry(after: nil, why: "HTTP 599")),
    ])
    func readsAStatus(_ status: Int, _ verdict: Verdict) {
        #expect(WebhookVerdict.verdict(HTTPReply(status: status, headerBlock: [])) == verdict)
    }

    @Test func keepsRetryAfterWithinADay() {
        func verdict(_ seconds: Int) -> Verdict {
            WebhookVerdict.verdict(HTTPReply(status: 429, headerBlock: [], retryAfter: .seconds(seconds)))
        }
        #expect(verdict(120) == .retry(after: .seconds(120), why: "HTTP 429"))
        #expect(verdict(1_000_000) == .retry(after: .seconds(86_400), why: "HTTP 429"))
    }

    @Test func triesAgainAfterWhatMayPassAndNotAfterWhatMayNot() {
        for error in [
            TransferError.timedOut(sentRequest: true), .timedOut(sentRequest: false), .resolveFailed, .connectFailed("x"),
            .tlsFailed("x"), .broken("x", sentRequest: true), .malformedReply(sentRequest: true),
        ] {
            #expect(WebhookVerdict.verdict(error) == .failing(after: nil, why: error.description))
        }
        #expect(WebhookVerdict.verdict(.closed) == .retry(after: nil, why: "closed"))
        #expect(WebhookVerdict.verdict(.overloaded) == .deferred(why: .busy))
        guard case .unsendable(let why) = WebhookVerdict.verdict(.addressRefused(.notGlobal)) else {
            Issue.record("an internal address was not refused")
            return
        }
        #expect(why.contains("POSTHORN_WEBHOOK_ALLOW"))
    }
}

@Suite struct WebhookOriginTests {
    @Test(arguments: [
        ("https://example.org/hook?a=b", "https://example.org"), ("https://example.org", "https://example.org"),
        ("HTTPS://Example.ORG:443/a", "https://example.org"), ("http://example.org:80?x", "http://example.org"),
        ("http://example.org:443/", "http://example.org:443"), ("https://example.org:8443#x", "https://example.org:8443"),
        ("https://example.org./hook", "https://example.org"), ("https://ada:secret@example.org/", "https://example.org"),
        ("https://[2001:DB8::1]:443/", "https://[2001:db8::1]"), ("https://example.org/a://b", "https://example.org"),
        ("nonsense", ""), ("mailto:ada@example.org", ""),
    ])
    func isTheSameHoweverTheAddressWritesIt(_ address: String, _ origin: String) {
        #expect(Destination(origin: address).description == origin)
    }
}

@Suite struct WebhookPayloadTests {
    private func content(_ title: String) -> EncodedContent {
        let request = Request(channels: ["news"], text: [title, "Körper"], metadata: ["k": 1], reference: "r-1")
        return EncodedContent(
            Content(of: request, id: .fresh(), tenant: TenantName("shop")!, sentAt: Timestamp(seconds: 1_700_000_000)))
    }

    @Test func saysWhatTheRequestSaid() throws {
        let payload = try JSON(parsing: try WebhookPayload.render(content("Title")))
        #expect(payload["type"] == "message")
        #expect(payload["timestamp"] == "2023-11-14T22:13:20.000Z")
        let data = try #require(payload["data"])
        #expect(data["channel"] == ["news"])
        #expect(data["text"] == ["Title", "Körper"])
        #expect(data["metadata"] == ["k": 1])
        #expect(data["reference"] == "r-1")
        #expect(data["files"] == [])
        #expect(data["timestamp"] == 1_700_000_000)
        #expect(data["service"] == nil)
    }

    @Test func rendersAContentOnceAndForgetsTheOldest() throws {
        let cache = WebhookPayloadCache(capacity: 2)
        let contents = ["a", "b", "c"].map(content)
        let first = try cache.payload(of: contents[0])
        // The digest alone decides: these bytes could not be rendered.
        let sameDigest = EncodedContent(bytes: [], digest: contents[0].digest)
        #expect(try cache.payload(of: sameDigest) == first)
        _ = try cache.payload(of: contents[1])
        #expect(try cache.payload(of: sameDigest) == first)
        _ = try cache.payload(of: contents[2])
        #expect(try cache.payload(of: sameDigest) == first)
        #expect(throws: (any Error).self) { try cache.payload(of: EncodedContent(bytes: [], digest: contents[1].digest)) }
    }
}

@Suite struct WebhookSignatureTests {
    /// The expected value was computed with Python's `hmac`.
    @Test func signsIDTimeAndBody() throws {
        let id = try #require(NotificationID("0190b0a0-aaaa-7bbb-8ccc-1234567890ab"))
        let key = try #require(MasterKey(base64: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="))
        let endpoint = try #require(EndpointID("00000000-0000-8000-8000-000000000001"))
        let secret = key.webhookSecret(of: endpoint, generation: 1)
        let headers = WebhookSignature.headers(
            id: id, at: Timestamp(seconds: 1_700_000_000), body: Array("{}".utf8), secret: secret)
        #expect(headers.map(\.name) == ["webhook-id", "webhook-timestamp", "webhook-signature"])
        #expect(headers[0].value == "0190b0a0-aaaa-7bbb-8ccc-1234567890ab")
        #expect(headers[1].value == "1700000000")
        #expect(headers[2].value == "v1,W4HEJiylCRnCv4VqbDlmnanuXHCJIQF20oa8FKnWjUs=")
    }
}

@Suite struct WebhookSettingsTests {
    private let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

    @Test func areStrictByDefault() throws {
        var reader = try SettingsReader(environment: ["POSTHORN_SECRET_KEY": key])
        let settings = WebhookSettings(&reader, version: "1.2.3")
        try reader.finish()
        #expect(!settings.destinations.allowsHTTP)
        #expect(settings.destinations.ports == .only([80, 443, 8443]))
        #expect(settings.destinations.allowedNetworks.isEmpty)
        #expect(settings.timeout == .seconds(15))
        #expect(settings.userAgent == "Posthorn/1.2.3")
    }

    @Test func readWhatTheOperatorAllows() throws {
        var reader = try SettingsReader(environment: [
            "POSTHORN_SECRET_KEY": key, "POSTHORN_WEBHOOK_ALLOW": "10.0.0.0/8, fd00::/8", "POSTHORN_WEBHOOK_ALLOW_HTTP": "true",
            "POSTHORN_WEBHOOK_PORTS": "any", "POSTHORN_WEBHOOK_TIMEOUT": "3s",
        ])
        let settings = WebhookSettings(&reader, version: "1")
        try reader.finish()
        #expect(settings.destinations.allowsHTTP)
        #expect(settings.destinations.ports == .any)
        #expect(settings.destinations.allowedNetworks == [CIDR("10.0.0.0/8")!, CIDR("fd00::/8")!])
        #expect(settings.timeout == .seconds(3))
    }

    @Test func nameEveryWrongOne() throws {
        var reader = try SettingsReader(environment: [
            "POSTHORN_SECRET_KEY": "short", "POSTHORN_WEBHOOK_ALLOW": "10.0.0.0/99", "POSTHORN_WEBHOOK_PORTS": "443,http",
        ])
        _ = WebhookSettings(&reader, version: "1")
        let error = #expect(throws: SettingsError.self) { try reader.finish() }
        #expect(error?.problems.count == 3)
        #expect(error?.description.contains("short") == false)
        var absent = try SettingsReader(environment: [:])
        _ = WebhookSettings(&absent, version: "1")
        #expect(throws: SettingsError.self) { try absent.finish() }
    }
}
