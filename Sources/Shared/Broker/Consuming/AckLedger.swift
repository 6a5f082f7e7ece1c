/// Tracks the deliveries of one AMQP channel and combines acknowledgements. The broker numbers the deliveries from 1 without gaps.
///
/// One acknowledgement can settle all deliveries up to its number (`multiple`), but only if none of them is unsettled. The ones after an
/// unsettled delivery need an acknowledgement each, which costs a quorum queue three times as much. So they are deferred for a moment, in
/// which the unsettled delivery may be settled as well.
struct AckLedger {
    enum Action: Equatable {
        case acknowledge(UInt64, multiple: Bool)
        case reject(UInt64, requeue: Bool)
    }

    private enum Mark {
        case unsettled, acknowledged
        case rejected(requeue: Bool)
        case sent
    }

    private var marks: [Mark] = []
    private var head = 0
    /// The number of the delivery at `head`.
    private(set) var oldest: UInt64 = 1
    private var rejections: [UInt64] = []
    /// Acknowledged, not sent yet.
    private var acknowledgements: [UInt64] = []
    private var hasChanges = false

    /// Whether every delivery is settled and its settlement sent.
    var isSettled: Bool { head == marks.count }
    /// How many acknowledgements are deferred because of an earlier unsettled delivery.
    var deferredCount: Int { acknowledgements.count }

    mutating func deliver(_ number: UInt64) {
        // A gap would be a fault of the broker. Nobody can settle the missing numbers, so they count as settled.
        while oldest + UInt64(marks.count - head) < number { marks.append(.sent) }
        marks.append(.unsettled)
    }

    /// - Returns: false if the number is unknown or already settled. The broker would close the AMQP channel for it.
    mutating func acknowledge(_ number: UInt64) -> Bool {
        guard mark(number, .acknowledged) else { return false }
        acknowledgements.append(number)
        return true
    }

    mutating func reject(_ number: UInt64, requeue: Bool) -> Bool {
        guard mark(number, .rejected(requeue: requeue)) else { return false }
        rejections.append(number)
        return true
    }

    private mutating func mark(_ number: UInt64, _ mark: Mark) -> Bool {
        guard number >= oldest, number - oldest < UInt64(marks.count - head) else { return false }
        guard case .unsettled = marks[index(number)] else { return false }
        marks[index(number)] = mark
        hasChanges = true
        return true
    }

    /// What to send, in order: rejections; one acknowledgement for all up to the first unsettled delivery; then, if at least `burst` are
    /// deferred, one for each of those.
    mutating func takeActions(burst: Int) -> [Action] {
        guard hasChanges || deferredCount >= burst else { return [] }
        hasChanges = false
        var actions = takeRejections()
        if let run = takeMultiple() { actions.append(run) }
        acknowledgements.removeAll { $0 < oldest }
        if deferredCount >= burst {
            for number in acknowledgements.sorted() {
                actions.append(.acknowledge(number, multiple: false))
                marks[index(number)] = .sent
            }
            acknowledgements.removeAll(keepingCapacity: true)
        }
        return actions
    }

    private mutating func takeRejections() -> [Action] {
        defer { rejections.removeAll(keepingCapacity: true) }
        return rejections.compactMap { number in
            guard case .rejected(let requeue) = marks[index(number)] else { return nil }
            marks[index(number)] = .sent
            return .reject(number, requeue: requeue)
        }
    }

    /// Advances to the first unsettled delivery.
    private mutating func takeMultiple() -> Action? {
        var last: UInt64?
        var count = 0
        scan: while head < marks.count {
            switch marks[head] {
            case .unsettled: break scan
            case .acknowledged:
                // The broker accepts only the number of an unsettled delivery, so not that of a rejected one.
                last = oldest
                count += 1
            case .rejected, .sent: break
            }
            head += 1
            oldest += 1
        }
        if head == marks.count || head > 4096 {
            marks.removeFirst(head)
            head = 0
        }
        return last.map { .acknowledge($0, multiple: count > 1) }
    }

    private func index(_ number: UInt64) -> Int { head + Int(number - oldest) }
}
