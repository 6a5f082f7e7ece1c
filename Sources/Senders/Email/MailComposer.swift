import MIME
import Model
import Senders

/// Writes the mail of a notification.
struct MailComposer: Sendable {
    let from: Mailbox

    /// - Throws: `MIMEError`, or what reading the content throws.
    func message(for notification: Notification, _ content: Content) throws -> [UInt8] {
        let mail = MailMessage(
            from: from, to: Mailbox(address: notification.endpoint.address), subject: content.title, date: Timestamp.now.seconds,
            messageID: "\(notification.id)@\(from.domain)", text: text(content),
            // No out-of-office answer is wanted (RFC 3834).
            headers: [("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")])
        return try mail.encoded()
    }

    private func text(_ content: Content) -> String {
        let files = content.files.isEmpty ? "" : "\n\n" + content.files.joined(separator: "\n")
        return content.body + files + "\n"
    }
}
