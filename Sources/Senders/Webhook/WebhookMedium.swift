public import Model
public import Runtime
public import Senders
import Transfers

/// Webhooks: calls to the consumers' own web addresses.
public struct WebhookMedium: SenderMedium {
    /// How many calls of a lane run at once: both of its windows have room in them.
    private static let connections = 640

    public let medium = Medium.webhook

    public init() {}

    public func setUp(settings reader: inout SettingsReader, context: RoleContext) -> MediumSetup? {
        let settings = WebhookSettings(&reader, version: context.version)
        // One loop for each lane, so that no login code waits behind a newsletter.
        let loops = PerLane { _ in
            TransferLoop(
                connections: Self.connections, addressPolicy: settings.destinations.addressPolicy, log: context.log,
                metrics: context.metrics)
        }
        return MediumSetup(medium: medium, providers: [WebhookProvider(settings, loops: loops)], services: loops.all)
    }
}
