public import Broker
import Model
import Topology

/// Requests of one service and lane on their way to the router.
///
/// A message carries one request, as `docs/contract.md` says, or, on lanes other than priority, several that arrived at the same time
/// (`docs/decisions/0016-several-requests-in-one-message.md`).
public struct RequestMessage: Sendable {
    /// At least one, all with the same service, lane and user.
    public let submissions: [Submission]

    /// The limit for all documents of a message that carries several requests, in bytes.
    public static let sizeLimit = 64 << 10

    public init(_ submission: Submission) { submissions = [submission] }

    private init(alike submissions: [Submission]) { self.submissions = submissions }

    /// Groups submissions into few messages; the order on each lane is kept.
    public static func messages(of submissions: [Submission]) -> [RequestMessage] {
        submissions.grouped(by: Common.init) { group, next in
            group.count < next.lane.messageCapacity
                && group.reduce(next.body.count) { $0 + $1.body.count } <= sizeLimit
        }.map(RequestMessage.init(alike:))
    }

    /// - Throws: `ContractError` where the routing key is not `<tenant>.<lane>`, or where several requests cannot be separated. All
    ///   other errors are left to the router, which can report them to the service.
    public init(_ delivery: Delivery) throws(ContractError) {
        guard let (tenant, lane) = RoutingKey.parseRequest(delivery.routingKey) else {
            throw .property(name: "the routing key", problem: "must be <service>.<lane>")
        }
        let properties = delivery.properties
        let (sentAt, defect) = Self.sendingTime(properties)
        if properties.type == MessageType.requests {
            submissions = try RequestHeader.parts(of: delivery).map { part in
                Submission(
                    tenant: tenant, lane: lane, id: part.id, user: properties.userID, sentAt: sentAt,
                    traceparent: part.traceparent.flatMap(Traceparent.valid), body: part.body, type: MessageType.request,
                    defect: defect, isRedelivered: delivery.isRedelivered)
            }
        } else {
            submissions = [
                Submission(
                    tenant: tenant, lane: lane, id: properties.messageID.flatMap { RequestID($0) }, user: properties.userID,
                    sentAt: sentAt, traceparent: properties.string(HeaderName.traceparent).flatMap(Traceparent.valid),
                    body: delivery.body, type: properties.type, defect: defect, isRedelivered: delivery.isRedelivered)
            ]
        }
    }

    public func outgoing() -> OutgoingMessage {
        let first = submissions[0]
        var properties = MessageProperties(
            contentType: MessageType.json, userID: first.user, timestamp: first.sentAt.seconds, headers: [])
        let body: [UInt8]
        if submissions.count == 1 {
            properties.messageID = first.id?.description
            properties.type = MessageType.request
            properties.headers = first.traceparent.map { [Header(HeaderName.traceparent, .string($0))] } ?? []
            body = first.body
        } else {
            properties.type = MessageType.requests
            properties.headers = [Header(RequestHeader.name, .string(RequestHeader.text(of: submissions)))]
            body = RequestHeader.body(of: submissions)
        }
        return OutgoingMessage(
            exchange: ExchangeName.requests.name, routingKey: RoutingKey.request(first.tenant, first.lane),
            properties: properties, body: body)
    }

    /// When it was sent, by the property `timestamp`: it has seconds, not milliseconds (AMQP 0-9-1, section 4.2.5.4).
    private static func sendingTime(_ properties: MessageProperties) -> (Timestamp, defect: ContractError?) {
        guard let seconds = properties.timestamp else { return (.now, nil) }
        guard Timestamp.writableSeconds.contains(seconds) else {
            return (
                .now, .property(name: "the property timestamp", problem: "must be in seconds since 1970, before the year 10000")
            )
        }
        return (Timestamp(seconds: seconds), nil)
    }

    /// What requests must have in common to share a message.
    private struct Common: Hashable {
        let tenant: TenantName
        let lane: Lane
        let user: String?

        init(_ submission: Submission) {
            tenant = submission.tenant
            lane = submission.lane
            user = submission.user
        }
    }
}
