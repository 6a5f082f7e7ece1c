public import Broker
import JSON
public import Model
import Topology

/// A request on its way to the router.
public struct RequestMessage: Sendable {
    public let service: ServiceName
    public let lane: Lane
    /// The message id as its sender gave it; nil where it gave none or no UUID.
    public let id: RequestID?
    /// The broker user that published it, as the broker has checked it; nil where the sender did not say.
    public let user: String?
    /// When it was sent.
    public let sentAt: Timestamp
    /// W3C Trace Context.
    public let traceparent: String?
    /// The document of `posthorn.request.v1`, not yet read.
    public let body: [UInt8]
    public let type: String?

    public init(
        service: ServiceName, lane: Lane, id: RequestID, user: String, sentAt: Timestamp = .now, traceparent: String? = nil,
        body: [UInt8]
    ) {
        self.service = service
        self.lane = lane
        self.id = id
        self.user = user
        self.sentAt = sentAt
        self.traceparent = traceparent
        self.body = body
        type = MessageType.request
    }

    /// - Throws: `ContractError` where the routing key is not `<service>.<lane>`. All else is left to the router, which can then tell the
    ///   service about it.
    public init(_ delivery: Delivery) throws(ContractError) {
        guard let (service, lane) = RoutingKey.parseRequest(delivery.routingKey) else {
            throw .property(name: "the routing key", problem: "must be <service>.<lane>")
        }
        self.service = service
        self.lane = lane
        id = delivery.properties.messageID.flatMap { RequestID($0) }
        user = delivery.properties.userID
        sentAt = delivery.properties.timestamp.map { Timestamp(seconds: $0) } ?? .now
        traceparent = delivery.properties.string(HeaderName.traceparent)
        body = delivery.body
        type = delivery.properties.type
    }

    public func outgoing() -> OutgoingMessage {
        OutgoingMessage(
            exchange: ExchangeName.requests.name, routingKey: RoutingKey.request(service, lane),
            properties: MessageProperties(
                messageID: id?.description, type: MessageType.request, contentType: MessageType.json, userID: user,
                timestamp: sentAt.seconds,
                headers: traceparent.map { [Header(HeaderName.traceparent, .string($0))] } ?? []),
            body: body)
    }

    /// Reads the document.
    public func request() throws(ContractError) -> Request {
        guard type == MessageType.request else { throw .wrongType(expected: MessageType.request, found: type) }
        guard body.count <= Request.sizeLimit else { throw .tooLarge(bytes: body.count, limit: Request.sizeLimit) }
        let document: JSON
        do { document = try JSON(parsing: body) } catch { throw .syntax(error) }
        do { return try Request(document) } catch { throw .field(error) }
    }
}
