import Broker
import Contract
import Model
import Topology

extension SettlementLedger {
    /// Takes the result of a call.
    mutating func report(_ call: Int, _ report: PublishReport, at now: ContinuousClock.Instant) -> [Action] {
        guard let open = calls.removeValue(forKey: call) else { return [] }
        var actions: [Action] = []
        let failures = Dictionary(report.failures.map { ($0.index, $0) }, uniquingKeysWith: { first, _ in first })
        for (index, numbers) in open.carried.enumerated() {
            if let failure = failures[index] {
                actions += fail(numbers, failure, open.line.flow, now)
            } else {
                for number in numbers { actions += confirm(number, open.line.flow) }
            }
        }
        return actions
    }

    /// From now on nothing waits here for room on a retry delay queue: it goes back to its lane, for another sender.
    mutating func drain() {
        isDraining = true
        for number in waiting.keys where unqueued.contains(number) || entries[number]?.isReturning == true {
            waiting[number] = nil
            entries[number]!.isReturning = false
            enqueue(number, .lane)
        }
        unqueued = []
    }

    private mutating func confirm(_ number: Int, _ flow: Flow) -> [Action] {
        switch flow {
        case .events:
            entries[number]?.item.event = nil
            return settle(number)
        case .retry, .lane, .nextEndpoint:
            entries[number]?.item.successor = nil
            return publishEvent(number)
        }
    }

    /// - Parameter numbers: what one message carried.
    private mutating func fail(
        _ numbers: [Int], _ failure: PublishReport.Failure, _ flow: Flow, _ now: ContinuousClock.Instant
    ) -> [Action] {
        switch (failure.error, flow) {
        case (.unsendable(let why), _):
            guard numbers.count == 1 else {
                for number in numbers {
                    entries[number]!.kind = .alone
                    enqueue(number, flow)
                }
                return []
            }
            return flow == .events ? bound(numbers[0], why) : giveUp(numbers[0], why)
        case (.refused, .retry(let step)), (.returned, .retry(let step)):
            // A retry delay exchange has one queue for each lane: a refused message is on no queue.
            fullUntil[step] = now + Self.fullSpan
            for number in numbers {
                entries[number]!.kind = .again
                entries[number]!.delays.removeFirst()
                goOn(number, now)
            }
            return [.refused(step, numbers.count)]
        case (.refused, .nextEndpoint), (.returned, .nextEndpoint):
            // Another medium may be full while this one is not. From a retry delay queue the broker moves it to its lane when there is room.
            for number in numbers {
                entries[number]!.kind = .again
                retry(number, now)
            }
            return []
        default:
            if flow != .events, failure.mayHaveArrived, failure.error != .refused { markPossibleDuplicates(numbers) }
            wait(numbers, now)
            return []
        }
    }

    /// All notifications of one message are published again together.
    private mutating func wait(_ numbers: [Int], _ now: ContinuousClock.Instant) {
        let due = now + entries[numbers[0]]!.backOff.delay()
        for number in numbers {
            if number != numbers[0] { _ = entries[number]!.backOff.delay() }
            if entries[number]!.kind == .fresh { entries[number]!.kind = .again }
            waiting[number] = due
        }
    }

    /// The first copy may have reached its queue, so the next one may be a duplicate.
    private mutating func markPossibleDuplicates(_ numbers: [Int]) {
        for number in numbers {
            entries[number]!.item.successor!.markPossibleDuplicate()
        }
    }

    /// An event that AMQP cannot carry is shortened and published again.
    private mutating func bound(_ number: Int, _ why: String) -> [Action] {
        guard let event = entries[number]?.item.event else { return [] }
        guard !entries[number]!.isBounded else {
            entries[number]!.item.event = nil
            return [.unpublishable(event, why: why)] + settle(number)
        }
        entries[number]!.isBounded = true
        entries[number]!.item.event = event.bounded
        enqueue(number, .events)
        return []
    }

    /// A successor that AMQP cannot carry is not tried again.
    private mutating func giveUp(_ number: Int, _ why: String) -> [Action] {
        switch entries[number]?.item.successor {
        case .retry(let retry)?:
            let notification = retry.notification
            let attempt = entries[number]!.item.event?.attempt ?? notification.attempt - 1
            let settlement = Settlement.unsendable(notification, attempt: attempt, why: why, at: .now)
            entries[number]!.item.event = settlement.event
            if case .continueOn(let next) = settlement.next { return proceed(number, with: next) }
            return park(number, notification, because: settlement.event?.reason ?? why)
        case .onNextEndpoint(let skipped)?:
            if let next = skipped.onNextEndpoint {
                entries[number]!.item.event = entries[number]!.item.event?.continued(as: next)
                return proceed(number, with: next)
            }
            entries[number]!.item.event?.continuation = nil
            return park(number, skipped, because: "its next endpoint cannot be tried: \(why)")
        case nil: return []
        }
    }

    private mutating func proceed(_ number: Int, with next: Notification) -> [Action] {
        entries[number]!.item.successor = .onNextEndpoint(next)
        entries[number]!.kind = .fresh
        enqueue(number, .nextEndpoint)
        return []
    }

    private mutating func park(_ number: Int, _ notification: Notification, because why: String) -> [Action] {
        entries[number]!.item.successor = nil
        entries[number]!.item.parked = ParkedMessage(
            NotificationMessage(notification).outgoing(), because: .undeliverable, reason: why, from: queue)
        return publishEvent(number)
    }
}
