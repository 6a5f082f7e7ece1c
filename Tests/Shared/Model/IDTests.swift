import Model
import Testing

@Suite struct IDTests {
    private let moment = Timestamp(milliseconds: 1_700_000_000_123)

    @Test func `a fresh id is a version 7 UUID of its time`() {
        let id = RequestID.fresh(at: moment)
        #expect(id.time == moment)
        #expect(id.bytes[6] >> 4 == 7 && id.bytes[8] >> 6 == 0b10)
        #expect(id != .fresh(at: moment))
        #expect(RequestID.fresh(at: moment) < .fresh(at: moment + .seconds(1)))
    }

    @Test func `a notification's id is derived: always the same, with its request's time`() {
        let (request, endpoint) = (RequestID.fresh(at: moment), EndpointID.fresh())
        let id = NotificationID.derived(request: request, endpoint: endpoint, medium: .email)
        #expect(id == .derived(request: request, endpoint: endpoint, medium: .email))
        #expect(id.bytes[6] >> 4 == 8 && id.bytes[8] >> 6 == 0b10 && id.time == moment)
        #expect(id != .derived(request: request, endpoint: endpoint, medium: .webhook))
        #expect(id != .derived(request: request, endpoint: .fresh(), medium: .email))
        #expect(id != .derived(request: .fresh(at: moment), endpoint: endpoint, medium: .email))
    }

    @Test func `a request's id derived from its dedupe key belongs to its service`() throws {
        let (shop, news) = (try #require(TenantName("shop")), try #require(TenantName("news")))
        #expect(RequestID.derived(tenant: shop, dedupeKey: "a") == .derived(tenant: shop, dedupeKey: "a"))
        #expect(RequestID.derived(tenant: shop, dedupeKey: "a") != .derived(tenant: news, dedupeKey: "a"))
        #expect(RequestID.derived(tenant: shop, dedupeKey: "a") != .derived(tenant: shop, dedupeKey: "b"))
        let joined = try #require(TenantName("shop1"))
        #expect(RequestID.derived(tenant: shop, dedupeKey: "1a") != .derived(tenant: joined, dedupeKey: "a"))
    }

    @Test func `an id is read in either case and written in lower case`() throws {
        let text = "018bcfe5-687b-7abc-8def-0123456789ab"
        #expect(try #require(RequestID(text)).description == text)
        #expect(RequestID(text.uppercased()) == RequestID(text))
        #expect(try #require(RequestID(text)).bytes.prefix(4) == [0x01, 0x8b, 0xcf, 0xe5])
    }

    @Test(arguments: [
        "", "018bcfe5687b7abc8def0123456789ab", "018bcfe5-687b-7abc-8def-0123456789a", "018bcfe5-687b-7abc-8def-0123456789abc",
        "018bcfe5-687b-7abc-8def-0123456789ag", "018bcfe5-687b-7abc-8def_0123456789ab", "{18bcfe5-687b-7abc-8def-0123456789ab}",
    ])
    func `other text is no id`(text: String) {
        #expect(RequestID(text) == nil)
    }
}
