public import Broker
public import Model

extension OwnQueue {
    /// The queue of a process for the notices that the senders of a medium publish to each other.
    public static func senders(of medium: Medium) -> OwnQueue {
        OwnQueue(
            prefix: "control.\(RoutingKey.senders(of: medium)).", exchange: ExchangeName.control.name,
            routingKey: RoutingKey.senders(of: medium))
    }
}
