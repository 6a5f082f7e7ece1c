import Broker
import Contract
import Model
import Synchronization

/// A delivery that is not acknowledged yet. It carries one notification or several, and each is settled by itself; the delivery is
/// acknowledged when all of them are.
final class OpenDelivery: Sendable {
    let delivery: Delivery
    /// What it carries, or why it is invalid.
    let contents: Result<[Notification], ContractError>
    private let unsettled: Atomic<Int>

    init(_ delivery: Delivery) {
        self.delivery = delivery
        contents = Result { () throws(ContractError) in try NotificationMessage(delivery).notifications }
        unsettled = Atomic(contents.count)
    }

    /// One that is given up without being decoded, because that might end the process.
    init(undecoded delivery: Delivery) {
        self.delivery = delivery
        contents = .failure(.property(name: "x-notifications", problem: "was not decoded"))
        unsettled = Atomic(1)
    }

    /// How many times it has to be settled: once for each notification, or once if it is invalid.
    var count: Int { contents.count }

    /// Counts one that is settled.
    ///
    /// - Returns: whether it was the last.
    func settleOne() -> Bool { unsettled.subtract(1, ordering: .relaxed).newValue == 0 }
}

extension Result<[Notification], ContractError> {
    fileprivate var count: Int { if case .success(let notifications) = self { notifications.count } else { 1 } }
}
