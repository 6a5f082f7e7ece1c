/// What one AMQP channel has delivered and what has become of it, so that few acknowledgements settle many messages. Deliveries of a
/// channel are numbered from 1 without gaps.
///
/// One acknowledgement settles everything up to a message, but only where all of that is done with. What is done behind an unfinished
/// message has to be told one by one, which costs a quorum queue three times as much; so it is kept back for a moment, in which the
/// unfinished message may be done with as well.
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
    /// Acknowledged and not told.
    private var acknowledgements: [UInt64] = []
    private var hasNews = false

    /// Whether everything that was delivered has been settled and told.
    var isSettled: Bool { head == marks.count }
    /// How many are done with behind an unfinished message, and kept back.
    var keptBack: Int { acknowledgements.count }

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
        guard case .unsettled = marks[index(number)] else { return false }
        marks[index(number)] = mark
        hasNews = true
        return true
    }

    /// What to send, in order: rejections; one acknowledgement for all up to the first unfinished message; and then, if there are as
    /// many as `burst`, one for each behind that.
    mutating func takeActions(burst: Int) -> [Action] {
        guard hasNews || keptBack >= burst else { return [] }
        hasNews = false
        var actions = takeRejections()
        if let run = takeRun() { actions.append(run) }
        acknowledgements.removeAll { $0 < oldest }
        if keptBack >= burst {
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

    /// Goes on to the first unfinished message.
    private mutating func takeRun() -> Action? {
        var last: UInt64?
        var count = 0
        scan: while head < marks.count {
            switch marks[head] {
            case .unsettled: break scan
            case .acknowledged:
                // The broker takes only the number of a message that it still waits for.
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
