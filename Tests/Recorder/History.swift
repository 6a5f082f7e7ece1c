import Model

/// The events of one notification that failed and was replayed, in the order in which they happened.
struct History: Sendable, CustomStringConvertible {
    typealias Step = (kind: NotificationEvent.Kind, attempt: Int)

    let description: String
    let steps: [Step]

    static let all = [
        History(
            description: "fails, is replayed and delivered",
            steps: [(.created, 0), (.retrying, 1), (.temporaryFailure, 2), (.replayed, 3), (.delivered, 4)]),
        History(
            description: "fails again after a replay, and is sent after another",
            steps: [(.created, 0), (.technicalFailure, 1), (.replayed, 2), (.temporaryFailure, 3), (.replayed, 4), (.sent, 5)]),
        History(
            description: "fails without an attempt, before and after a replay",
            steps: [(.created, 0), (.temporaryFailure, 0), (.replayed, 2), (.temporaryFailure, 2)]),
        History(
            description: "is tried again after a replay, and expires",
            steps: [(.created, 0), (.technicalFailure, 1), (.replayed, 2), (.retrying, 3), (.expired, 3)]),
        History(
            description: "is replayed and waits for its attempt",
            steps: [(.created, 0), (.retrying, 1), (.temporaryFailure, 2), (.replayed, 3)]),
    ]

    var end: (status: Status, attempt: Int) { (steps[steps.count - 1].kind.status, steps[steps.count - 1].attempt) }

    /// All orders of the steps, each with its first step again at the end: a late repeat.
    var orders: [[Int]] {
        var orders: [[Int]] = [[]]
        for step in steps.indices {
            orders = orders.flatMap { order in
                (0...order.count).map { place in Array(order[..<place]) + [step] + Array(order[place...]) }
            }
        }
        return orders.map { $0 + [$0[0]] }
    }

    /// The events of a notification in this order.
    func events(of notification: Int, in order: [Int]) -> [NotificationEvent] {
        order.map { Sample.event(steps[$0].kind, notification, attempt: steps[$0].attempt, after: Int64($0)) }
    }
}
