import Broker
import Contract
import Model

extension FanOut {
    /// Everything that must be confirmed before what led to this may be acknowledged.
    func outgoing() -> [OutgoingMessage] {
        NotificationMessage.messages(of: notifications).map { $0.outgoing() } + cursors.map { CursorMessage($0).outgoing() }
            + EventMessage.batches(of: events).map { $0.outgoing() }
    }
}
