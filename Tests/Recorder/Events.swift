import Broker
import Contract
import Model

/// Events to record.
enum Sample {
    static let tenant = TenantName("acme")!
    static let request = RequestID("01890000-0000-7000-8000-000000000001")!
    static let start = Timestamp(milliseconds: 1_700_000_000_000)

    /// The same id for the same number.
    static func notification(_ number: Int) -> NotificationID { id(number) }

    static func event(
        _ kind: NotificationEvent.Kind, _ number: Int = 0, attempt: Int = 1, after milliseconds: Int64 = 0,
        provider: String? = nil,
        providerReference: String? = nil, reason: String? = nil, consumer: String? = "ada", tenant: TenantName = tenant,
        endpoint: EndpointID = id(1), finding: NotificationEvent.EndpointFinding = .none, failures: [FailedTry] = []
    ) -> NotificationEvent {
        NotificationEvent(
            kind: kind, notification: notification(number), request: request, tenant: tenant, reference: "order 7",
            consumer: consumer, endpoint: endpoint, medium: .webhook, lane: .normal, attempt: attempt,
            at: start + .milliseconds(milliseconds), provider: provider, providerReference: providerReference, reason: reason,
            finding: finding, failures: failures)
    }

    static func failure(_ attempt: Int, provider: String = "direct") -> FailedTry {
        FailedTry(
            attempt: attempt, provider: provider, verdict: .failing, reason: "HTTP 503", at: start, took: .milliseconds(12))
    }

    static func delivery(_ number: UInt64, _ events: [NotificationEvent]) -> Delivery {
        let message = EventMessage.batches(of: events.map { .notification($0) })[0].outgoing()
        return delivery(number, message)
    }

    static func delivery(_ number: UInt64, _ message: OutgoingMessage) -> Delivery {
        Delivery(
            tag: DeliveryTag(epoch: 1, number: number), exchange: message.exchange, routingKey: message.routingKey,
            isRedelivered: false, properties: message.properties, body: message.body)
    }

    static func id<Subject>(_ number: Int) -> ID<Subject> {
        let digits = "\(number)"
        return ID("01890000-0000-8000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits)!
    }
}
