import Broker
import Contract
import Model

/// A message of the recorder's queue, with what could be read in it.
struct ReceivedMessage: Sendable {
    let delivery: Delivery
    /// Which of the messages that this recorder has taken it is.
    let number: Int
    /// Its events, or why it holds none that can be read.
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

    /// How much work it is to save.
    var weight: Int { (try? events.get().count) ?? 1 }
}
