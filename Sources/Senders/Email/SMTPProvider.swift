import JSON
import MIME
public import Model
public import Senders
public import Transfers

/// Hands mails to one relay. A chain of several has one of these for each.
public struct SMTPProvider: Provider {
    public let name: String
    public let medium = Medium.email

    private let relay: MailRelay
    private let loop: TransferLoop
    private let timeout: Duration
    private let composer: MailComposer

    /// - Parameter loop: the provider does not close it.
    public init(_ relay: EmailSettings.NamedRelay, settings: EmailSettings, loop: TransferLoop) {
        name = relay.name
        self.relay = relay.relay
        self.loop = loop
        timeout = settings.timeout
        composer = MailComposer(from: settings.from)
    }

    /// One for each relay, in the order of the settings.
    public static func chain(_ settings: EmailSettings, loop: TransferLoop) -> [SMTPProvider] {
        settings.relays.map { SMTPProvider($0, settings: settings, loop: loop) }
    }

    public func deliver(_ notifications: [Notification], report: @escaping @Sendable (Int, Verdict) -> Void) {
        var mails: [MailSubmission] = []
        var places: [Int] = []
        for (index, notification) in notifications.enumerated() {
            do {
                let content = try Content(JSON(parsing: notification.content.bytes))
                let message = try composer.message(for: notification, content)
                mails.append(
                    MailSubmission(
                        relay: relay, sender: composer.from.address, recipients: [notification.endpoint.address],
                        message: message,
                        timeout: timeout, connectTimeout: min(timeout, .seconds(10))))
                places.append(index)
            } catch let error as MIMEError {
                report(index, .refused(why: error.description))
            } catch {
                report(index, .refused(why: "the content cannot be read"))
            }
        }
        loop.submit(mails) { [places] place, result in
            switch result {
            case .success(let reply): report(places[place], MailVerdict.verdict(reply))
            case .failure(let error): report(places[place], MailVerdict.verdict(error))
            }
        }
    }
}
