import JSON
import MIME
public import Model
public import Senders
public import Transfers

/// Submits mails to one relay. There is one of these for each relay.
public struct SMTPProvider: Provider {
    public let name: String
    public let medium = Medium.email
    public let rate: AccountRate?

    private let relay: MailRelay
    private let lanes: PerLane<RelayAccess>
    private let timeout: Duration
    private let composer: MailComposer

    /// - Parameters:
    ///   - hasNext: whether another relay is tried if this one cannot be reached.
    ///   - loops: the provider does not close them.
    public init(
        _ relay: EmailSettings.NamedRelay, hasNext: Bool, settings: EmailSettings, loops: PerLane<TransferLoop>
    ) {
        name = relay.name
        rate = relay.rate
        self.relay = relay.relay
        timeout = settings.timeout
        composer = MailComposer(from: settings.from)
        lanes = PerLane { RelayAccess(relay.relay, hasNext: hasNext, loop: loops[$0]) }
    }

    /// One for each relay.
    public static func all(_ settings: EmailSettings, loops: PerLane<TransferLoop>) -> [SMTPProvider] {
        settings.relays.map { relay in
            SMTPProvider(relay, hasNext: settings.plan.mayProceed(from: relay.name), settings: settings, loops: loops)
        }
    }

    public var callsAtOnce: Int { lanes[.priority].loop.mailsPerRelay }

    public func destination(of notification: Notification) -> Destination { Destination("\(name) \(relay.url)") }

    public func deliver(_ notifications: [Notification], report: @escaping @Sendable (Int, Verdict) -> Void) {
        guard let access = notifications.first.map({ lanes[$0.lane] }) else { return }
        guard let standing = access.standing else { return submit(notifications, over: access, report: report) }
        standing.find { found in
            switch found {
            case .there: submit(notifications, over: access, report: report)
            case .connecting: for index in notifications.indices { report(index, .deferred(why: .connecting)) }
            case .absent: for index in notifications.indices { report(index, .unavailable(why: "accepts no connection")) }
            }
        }
    }

    private func submit(
        _ notifications: [Notification], over access: RelayAccess, report: @escaping @Sendable (Int, Verdict) -> Void
    ) {
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
        access.loop.submit(mails) { [places, standing = access.standing] place, result in
            standing?.note(result)
            switch result {
            case .success(let reply): report(places[place], MailVerdict.verdict(reply))
            case .failure(let error): report(places[place], MailVerdict.verdict(error))
            }
        }
    }
}
