public import Model
public import Runtime
public import Senders
import Transfers

/// Emails, through the relays that the operator names.
public struct EmailMedium: SenderMedium {
    public let medium = Medium.email

    public init() {}

    public func setUp(settings reader: inout SettingsReader, context: RoleContext) -> MediumSetup? {
        guard let settings = EmailSettings(&reader) else {
            context.log.warning(
                "no mail relay is set: emails wait on their queues", ["setting": "POSTHORN_EMAIL_PROVIDERS"])
            return nil
        }
        // Each relay's address is wrong, and the reader knows it.
        guard !settings.relays.isEmpty else { return nil }
        // One for each lane, so that no newsletter stands in front of a log-in code. Its threads for mails begin with the first mail.
        let loops = PerLane { _ in TransferLoop(log: context.log, metrics: context.metrics) }
        return MediumSetup(medium: medium, providers: SMTPProvider.chain(settings, loops: loops), services: loops.all)
    }
}
