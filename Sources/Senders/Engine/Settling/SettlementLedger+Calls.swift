import Broker
import Contract
import Model

extension SettlementLedger {
    /// What is to be published now. A line has one call at a time, so that calls grow with the load; if that call takes long, the next one
    /// does not wait for it.
    mutating func takeCalls(_ now: ContinuousClock.Instant) -> [Action] {
        resume(now)
        var actions: [Action] = []
        for line in ready.keys where mayStart(line, now) <= now {
            let numbers = ready.removeValue(forKey: line)!
            let batches = batches(of: numbers, line)
            let call = nextNumber()
            calls[call] = OpenCall(line: line, since: now, carried: batches.map(\.carried))
            actions.append(.publish(Call(number: call, messages: batches.map(\.message))))
        }
        return actions
    }

    /// When to call `takeCalls` again even if nothing else happens; nil if never.
    func nextTime(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        let starts = ready.keys.map { mayStart($0, now) }.filter { $0 > now }
        return (starts + waiting.values).min()
    }

    private static let never = Duration.seconds(3600)

    private func mayStart(_ line: Line, _ now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        let open = calls.values.filter { $0.line == line }
        guard open.count < Self.callLimit else { return now + Self.never }
        return open.map(\.since).max().map { $0 + Self.patience } ?? now
    }

    /// Takes up again what has waited long enough.
    private mutating func resume(_ now: ContinuousClock.Instant) {
        for (number, due) in waiting where due <= now {
            waiting[number] = nil
            unqueued.remove(number)
            switch entries[number]?.stage {
            case .delaying where entries[number]!.isReturning:
                entries[number]!.isReturning = false
                enqueue(number, .lane)
            case .delaying(.nextEndpoint): enqueue(number, .nextEndpoint)
            case .delaying: retry(number, now)
            case .publishing: enqueue(number, .events)
            case nil: break
            }
        }
    }

    private func batches(of numbers: [Int], _ line: Line) -> [(message: OutgoingMessage, carried: [Int])] {
        guard line.kind != .alone else { return numbers.flatMap { batches(of: [$0], Line(flow: line.flow, kind: .again)) } }
        switch line.flow {
        case .events:
            return EventMessage.placed(numbers.map { .notification(entries[$0]!.item.event!) }).map { message, places in
                (message.outgoing(), places.map { numbers[$0] })
            }
        case .retry(let step):
            return NotificationMessage.placed(numbers.map { held($0, for: step.duration) }).map { message, places in
                (message.outgoing(after: step), places.map { numbers[$0] })
            }
        case .lane, .nextEndpoint:
            return NotificationMessage.placed(numbers.map { held($0, for: .zero) }).map { message, places in
                (message.outgoing(), places.map { numbers[$0] })
            }
        }
    }

    /// A copy that comes back before its wait is over carries the time before which it must not be sent.
    private func held(_ number: Int, for wait: Duration) -> Notification {
        let entry = entries[number]!
        guard case .retry(let retry) = entry.item.successor! else { return entry.item.successor!.notification }
        var notification = retry.notification
        if retry.keepsTurn, retry.wait <= LimitBacklog.soon, notification.notBefore != nil { return notification }
        notification.notBefore = wait < retry.wait || retry.keepsTurn ? entry.dueAt : nil
        return notification
    }
}
