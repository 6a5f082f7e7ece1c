import Model
import Senders
import Synchronization

/// Reports `delivered`, or the script's verdict for the attempt; keeps the ids that it was given.
final class ScriptedProvider: Provider {
    let name = "scripted"
    let medium: Medium
    private let script: @Sendable (Notification) -> Verdict
    private let given = Mutex<[NotificationID]>([])

    init(
        _ medium: Medium = .webhook, _ script: @escaping @Sendable (Notification) -> Verdict = { _ in .delivered(reference: nil) }
    ) {
        self.medium = medium
        self.script = script
    }

    var deliveries: [NotificationID] { given.withLock { $0 } }

    func deliver(_ notifications: [Notification], report: @escaping @Sendable (Int, Verdict) -> Void) {
        given.withLock { $0 += notifications.map(\.id) }
        for (index, notification) in notifications.enumerated() { report(index, script(notification)) }
    }
}
