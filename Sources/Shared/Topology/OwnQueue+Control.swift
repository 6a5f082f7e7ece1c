public import Broker
public import Model

extension OwnQueue {
    /// The queue of one role of one process, for what is sent to these addresses on `control`.
    public static func control(_ role: ControlRole, _ addresses: [ControlAddress]) -> OwnQueue {
        OwnQueue(
            prefix: "control.\(role.rawValue).", exchange: ExchangeName.control.name, routingKeys: addresses.map(\.routingKey))
    }

    /// The queue of one process for the tokens that it is granted.
    public static func grants(of medium: Medium, process: String) -> OwnQueue {
        OwnQueue(
            prefix: "control.limits.\(medium.rawValue).", exchange: ExchangeName.control.name,
            routingKeys: [RoutingKey.sender(of: medium, process: process)])
    }
}
