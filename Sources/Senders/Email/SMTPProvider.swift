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
    /// Nil for the last of a chain: there is nobody else to ask.
    private let standing: RelayStanding?

    /// - Parameters:
    ///   - hasNext: whether another relay is asked where this one cannot be reached.
    ///   - loop: the provider does not close it.
    public init(_ relay: EmailSettings.NamedRelay, hasNext: Bool, settings: EmailSettings, loop: TransferLoop) {
        name = relay.name
        self.relay = relay.relay
        self.loop = loop
        timeout = settings.timeout
        composer = MailComposer(from: settings.from)
        standing = hasNext ? RelayStanding { loop.reach(relay.relay, within: RelayStanding.limit, completion: $0) } : nil
    }

    /// One for each relay, in the order of the settings.
    public static func chain(_ settings: EmailSettings, loop: TransferLoop) -> [SMTPProvider] {
        settings.relays.enumerated().map { position, relay in
            SMTPProvider(relay, hasNext: position + 1 < settings.relays.count, settings: settings, loop: loop)
        }
    }

    public var callsAtOnce: Int { loop.mailsPerRelay }

    public func destination(of notification: Notification) -> Destination { Destination("\(name) \(relay.url)") }

    public func deliver(_ notifications: [Notification], report: @escaping @Sendable (Int, Verdict) -> Void) {
        guard let standing else { return submit(notifications, report: report) }
        standing.find { found in
            switch found {
            case .there: submit(notifications, report: report)
            case .connecting: for index in notifications.indices { report(index, .deferred(why: .connecting)) }
            case .absent: for index in notifications.indices { report(index, .unavailable(why: "accepts no connection")) }
            }
        }
    }

    private func submit(_ notifications: [Notification], report: @escaping @Sendable (Int, Verdict) -> Void) {
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
                report(index, .unsendable(why: error.description))
            } catch {
                report(index, .unsendable(why: "the content cannot be read"))
            }
        }
        loop.submit(mails) { [places, standing] place, result in
            standing?.note(result)
            switch result {
            case .success(let reply): report(places[place], MailVerdict.verdict(reply))
            case .failure(let error): report(places[place], MailVerdict.verdict(error))
            }
        }
    }
}
