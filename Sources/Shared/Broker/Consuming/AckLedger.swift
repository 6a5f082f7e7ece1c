/// What one AMQP channel has delivered and what has become of it, so that few acknowledgements settle many messages. Deliveries of a
/// channel are numbered from 1 without gaps.
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
    private var oldest: UInt64 = 1
    private var rejections: [UInt64] = []
    private var acknowledgements: [UInt64] = []

    /// Whether everything that was delivered has been settled and told.
    var isSettled: Bool { head == marks.count }
    /// Whether there is something to tell the broker.
    var hasNews: Bool { !rejections.isEmpty || !acknowledgements.isEmpty }

    mutating func deliver(_ number: UInt64) {
        // A gap would be the broker's mistake; nobody will settle what is missing.
        while oldest + UInt64(marks.count - head) < number { marks.append(.sent) }
        marks.append(.unsettled)
    }

    /// - Returns: false if this is no delivery of this channel or it has been settled before; the broker would close the channel on it.
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
        let index = head + Int(number - oldest)
        guard case .unsettled = marks[index] else { return false }
        marks[index] = mark
        return true
    }

    /// What to send, in order: rejections; one acknowledgement for all up to the first that is not settled; and one for each
    /// behind that, because waiting for the first would let it hold up the whole prefetch.
    mutating func takeActions() -> [Action] {
        guard hasNews else { return [] }
        var actions: [Action] = []
        for number in rejections {
            guard case .rejected(let requeue) = marks[head + Int(number - oldest)] else { continue }
            actions.append(.reject(number, requeue: requeue))
            marks[head + Int(number - oldest)] = .sent
        }
        var end = head
        var last: UInt64?
        var covered = 0
        scan: while end < marks.count {
            switch marks[end] {
            case .unsettled: break scan
            case .acknowledged:
                // The broker takes an acknowledgement only by the number of a message that it still waits for.
                last = oldest + UInt64(end - head)
                covered += 1
            case .rejected, .sent: break
            }
            end += 1
        }
        if let last { actions.append(.acknowledge(last, multiple: covered > 1)) }
        let boundary = oldest + UInt64(end - head)
        for number in acknowledgements where number >= boundary {
            actions.append(.acknowledge(number, multiple: false))
            marks[head + Int(number - oldest)] = .sent
        }
        rejections.removeAll(keepingCapacity: true)
        acknowledgements.removeAll(keepingCapacity: true)
        oldest = boundary
        head = end
        if head == marks.count || head > 4096 {
            marks.removeFirst(head)
            head = 0
        }
        return actions
    }
}
