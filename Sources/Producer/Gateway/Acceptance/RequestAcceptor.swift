import Broker
import Contract
import Model

/// Hands requests to the broker and knows their ids.
struct RequestAcceptor: Sendable {
    let publisher: Publisher
    /// The broker user of the connection, which the broker holds against each message.
    let user: String
    /// How long the broker may take, so that every sender has its answer within two seconds.
    var limit: Duration = .milliseconds(1800)

    /// Returns when the broker has confirmed the request.
    ///
    /// - Parameter body: the request's document.
    /// - Throws: `PublishError`. Whether the request was taken is then not known; a repeat with the same dedupe key is the same request.
    func accept(_ request: Request, body: [UInt8], of tenant: Tenant, traceparent: String?) async throws(PublishError)
        -> RequestID
    {
        let id = request.dedupeKey.map { RequestID.derived(service: tenant.name, dedupeKey: $0) } ?? .fresh()
        let message = RequestMessage(
            service: tenant.name, lane: request.lane, id: id, user: user, traceparent: traceparent, body: body)
        try await publisher.publish([message.outgoing()], within: limit)
        return id
    }
}
