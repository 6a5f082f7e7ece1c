public import Broker
public import Model

extension OwnQueue {
    /// Where a process hears what the senders of a medium tell each other.
    public static func senders(of medium: Medium) -> OwnQueue {
        OwnQueue(
            prefix: "control.\(RoutingKey.senders(of: medium)).", exchange: ExchangeName.control.name,
            routingKey: RoutingKey.senders(of: medium))
    }
}
