import Broker
import Cancellations
import Database
import Model
import Runtime

/// What the resources of the gateway are made of. Each takes from it what it needs.
struct GatewayDependencies: Sendable {
    /// The media that this installation knows.
    let media: Media
    let database: Database
    /// Shared, because what is removed as a channel must not be known to requests any more.
    let channels: ChannelCache
    let acceptor: RequestAcceptor
    /// Sends a cancellation to the routers and senders.
    let notifyOfCancellation: @Sendable (Cancellation) async -> CancellationNotices.Reach
    let endpointRule: EndpointRule
    let masterKey: MasterKey
    let log: Log
}
