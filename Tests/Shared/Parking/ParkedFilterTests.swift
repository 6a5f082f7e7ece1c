import Contract
import Model
import Testing
import Topology

@testable import Broker
@testable import Parking

@Suite("A filter means what meets all of its conditions")
struct ParkedFilterTests {
    private static let now = Timestamp(milliseconds: 1_700_000_000_000)

    private static func copy(why: String = "HTTP 503", age: Duration = .seconds(3600)) -> ParkedCopy {
        var notification = Notification(
            request: .fresh(), tenant: TenantName("shop")!, reference: nil, lane: .bulk, consumer: "ada",
            endpoint: Endpoint(id: .fresh(), medium: .webhook, address: "https://example.org/"), expiresAt: nil, traceparent: nil,
            content: EncodedContent(bytes: [0x7B, 0x7D]))
        notification.remember([FailedTry(attempt: 1, provider: "first", reason: "HTTP 503", at: now)])
        let parked = ParkedMessage(
            NotificationMessage(notification).outgoing(), because: .undeliverable, reason: why,
            from: .send(.webhook, .bulk, .sparse),
            at: Timestamp(milliseconds: now.milliseconds - Int64(age / .milliseconds(1)))
        ).outgoing()
        return ParkedCopy(
            Delivery(
                tag: DeliveryTag(epoch: 1, number: 1), exchange: parked.exchange, routingKey: parked.routingKey,
                isRedelivered: true,
                properties: parked.properties, body: parked.body), from: .undeliverable)
    }

    private static let conditions: [(name: String, set: @Sendable (inout ParkedFilter) -> Void, matches: Bool)] = [
        ("none", { _ in }, true),
        ("its medium", { $0.medium = .webhook }, true), ("another medium", { $0.medium = .email }, false),
        ("its service", { $0.tenant = TenantName("shop") }, true),
        ("another service", { $0.tenant = TenantName("other") }, false),
        ("a provider that failed", { $0.provider = "first" }, true), ("another provider", { $0.provider = "second" }, false),
        ("a part of its reason", { $0.why = "http 5" }, true), ("another reason", { $0.why = "refused" }, false),
        ("older than 30 min", { $0.olderThan = .seconds(1800) }, true),
        ("older than 2 h", { $0.olderThan = .seconds(7200) }, false),
        ("newer than 2 h", { $0.newerThan = .seconds(7200) }, true),
        ("newer than 30 min", { $0.newerThan = .seconds(1800) }, false),
        ("another id", { $0.ids = ["018bcfe5-687b-8abc-8def-0123456789ab"] }, false),
    ]

    @Test(arguments: conditions.indices)
    func `each condition is checked`(index: Int) {
        let condition = Self.conditions[index]
        var filter = ParkedFilter()
        condition.set(&filter)
        #expect(filter.matches(Self.copy(), at: Self.now) == condition.matches, "\(condition.name)")
    }

    @Test func `one condition that is not met is enough`() {
        var filter = ParkedFilter()
        (filter.medium, filter.tenant) = (.webhook, TenantName("other"))
        #expect(!filter.matches(Self.copy(), at: Self.now))
    }

    @Test func `an id of the message, the notification or the request is enough`() {
        let copy = Self.copy()
        for id in copy.ids {
            var filter = ParkedFilter()
            filter.ids = [id, "another"]
            #expect(filter.matches(copy, at: Self.now))
        }
    }
}
