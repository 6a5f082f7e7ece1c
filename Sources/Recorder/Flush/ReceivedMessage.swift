import Broker
import Contract
import Model

/// A delivery from the recorder's queue, decoded.
struct ReceivedMessage: Sendable {
    let delivery: Delivery
    /// The number of the message, counted from 0 in the order in which this recorder received them.
    let number: Int
    /// Its events, or why they cannot be decoded.
    let events: Result<[Event], ContractError>

    init(_ delivery: Delivery, number: Int) {
        self.delivery = delivery
        self.number = number
        do {
            events = .success(try EventMessage(delivery).events)
        } catch {
            events = .failure(error)
        }
    }

    /// The number of its events; 1 if they cannot be decoded.
    var weight: Int { (try? events.get().count) ?? 1 }
}
