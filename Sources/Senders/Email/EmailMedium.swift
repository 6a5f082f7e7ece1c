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
        // Every relay's address is wrong; the reader has noted each of them.
        guard !settings.relays.isEmpty else { return nil }
        // One loop for each lane, so that no login code waits behind a newsletter. Its mail threads start with the first mail.
        let loops = PerLane { _ in TransferLoop(log: context.log, metrics: context.metrics) }
        return MediumSetup(
            medium: medium, providers: SMTPProvider.all(settings, loops: loops), plan: settings.plan,
            schedules: PerLane { RetrySchedule.standard(for: $0).answering(settings.unknownOutcome, on: $0) },
            services: loops.all)
    }
}
