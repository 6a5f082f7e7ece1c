import Broker
import Contract
import Model
import Runtime
import Topology

/// What is done with and not settled: for each notification what must still be confirmed before its delivery may be acknowledged. Pure: the
/// settler carries out the actions and tells what became of them.
///
/// Each is settled as soon as all that it needs itself is confirmed. First comes the copy that is tried again, then the event: were the event
/// on record without the copy, a sender that takes the delivery again would find the try on record and drop the notification. What is not
/// confirmed is repeated by itself with a growing wait, while everything else goes on.
struct SettlementLedger {
    /// Where a message goes.
    enum Flow: Hashable {
        case retry(RetryDelay)
        /// Back to the tail of its lane, because no hold takes it.
        case lane
        case events
    }

    /// Messages that are published together: those of one flow that are of one kind.
    struct Line: Hashable {
        enum Kind: Hashable {
            case fresh
            /// Was not confirmed before. It does not travel together with what has not failed.
            case again
            /// Its message could not be sent, so that each goes by itself.
            case alone
        }

        let flow: Flow
        let kind: Kind
    }

    enum Action {
        /// Publish these, and tell `report` what was not confirmed.
        case publish(Call)
        /// Park this, and tell `parked`.
        case park(Int, ParkedMessage)
        /// One of this delivery's notifications is settled.
        case settled(OpenDelivery)
        /// A hold was full for so many.
        case refused(RetryDelay, Int)
        /// What happened can be told in no form, and goes untold.
        case unpublishable(NotificationEvent, why: String)
    }

    struct Call {
        let number: Int
        let messages: [OutgoingMessage]
    }

    /// A class, because it is large and looked at many times.
    final class Entry {
        enum Stage {
            case delaying(Flow)
            case publishing
        }

        var item: Settler.Item
        var stage = Stage.publishing
        var kind = Line.Kind.fresh
        /// The holds that may be asked now, the next one first.
        var delays: [RetryDelay] = []
        /// No hold takes it, and its way back to the lane is next.
        var isReturning = false
        /// When the wait is over for which it is held.
        var dueAt = Timestamp.now
        var isBounded = false
        var backOff: BackOff

        init(_ item: Settler.Item, backOff: BackOff) {
            self.item = item
            self.backOff = backOff
        }
    }

    struct OpenCall {
        let line: Line
        let since: ContinuousClock.Instant
        /// The entries of each message.
        let carried: [[Int]]
    }

    /// So many calls of a line may be open at a time, where an earlier one takes long.
    static let callLimit = 4
    /// After so long the next call does not wait for the earlier one.
    static let patience = Duration.milliseconds(100)
    /// So long a hold that was full is not asked again.
    static let fullSpan = Duration.seconds(1)
    /// So long what goes back to its lane waits here, so that a lane of nothing else does not turn around without end.
    static let returnWait = Duration.milliseconds(100)

    let queue: QueueName
    let unqueuedLimit: Int
    let makeBackOff: @Sendable () -> BackOff
    var entries: [Int: Entry] = [:]
    var ready: [Line: [Int]] = [:]
    /// Until when each waits that failed.
    var waiting: [Int: ContinuousClock.Instant] = [:]
    /// Those of them that no hold takes.
    var unqueued: Set<Int> = []
    var fullUntil: [RetryDelay: ContinuousClock.Instant] = [:]
    var calls: [Int: OpenCall] = [:]
    var isDraining = false
    private var lastNumber = 0

    /// - Parameters:
    ///   - queue: the lane's own.
    ///   - unqueuedLimit: so many may wait here for room on a hold. More go back to the tail of their lane, so that it does not stop.
    init(queue: QueueName, unqueuedLimit: Int, makeBackOff: @escaping @Sendable () -> BackOff = { BackOff() }) {
        self.queue = queue
        self.unqueuedLimit = unqueuedLimit
        self.makeBackOff = makeBackOff
    }

    var isEmpty: Bool { entries.isEmpty }

    /// - Parameter time: of the calendar, from which the holds' waits are reckoned.
    mutating func add(_ items: [Settler.Item], at now: ContinuousClock.Instant, _ time: Timestamp = .now) -> [Action] {
        var actions: [Action] = []
        for item in items {
            guard !item.isDone else {
                actions.append(.settled(item.delivery))
                continue
            }
            let number = nextNumber()
            let entry = Entry(item, backOff: makeBackOff())
            if let retry = item.retry { entry.dueAt = time + retry.step.duration }
            entries[number] = entry
            if item.retry != nil { retry(number, now) } else { actions += publishEvent(number) }
        }
        return actions
    }

    /// The copy is with the broker: what happened may be told.
    mutating func publishEvent(_ number: Int) -> [Action] {
        guard let entry = entries[number] else { return [] }
        entry.stage = .publishing
        entry.kind = .fresh
        if entry.item.event != nil { ready[Line(flow: .events, kind: .fresh), default: []].append(number) }
        return entry.item.parked.map { [.park(number, $0)] } ?? settle(number)
    }

    /// Asks the hold of its wait first, then the others.
    mutating func retry(_ number: Int, _ now: ContinuousClock.Instant) {
        guard let step = entries[number]?.item.retry?.step else { return }
        entries[number]!.delays = step.fallbacks.filter { fullUntil[$0].map { $0 <= now } ?? true }
        goOn(number, now)
    }

    /// To the next hold; where none is left it waits, or goes back to its lane.
    mutating func goOn(_ number: Int, _ now: ContinuousClock.Instant) {
        if let step = entries[number]!.delays.first {
            enqueue(number, .retry(step))
        } else if isDraining {
            enqueue(number, .lane)
        } else if unqueued.count < unqueuedLimit {
            entries[number]!.stage = .delaying(.lane)
            unqueued.insert(number)
            waiting[number] = now + entries[number]!.backOff.delay()
        } else {
            entries[number]!.stage = .delaying(.lane)
            entries[number]!.isReturning = true
            waiting[number] = now + Self.returnWait
        }
    }

    mutating func enqueue(_ number: Int, _ flow: Flow) {
        if flow != .events { entries[number]!.stage = .delaying(flow) }
        ready[Line(flow: flow, kind: entries[number]!.kind), default: []].append(number)
    }

    /// The parked copy is confirmed or dropped.
    mutating func parked(_ number: Int) -> [Action] {
        entries[number]?.item.parked = nil
        return settle(number)
    }

    /// Settles an entry that needs nothing more.
    mutating func settle(_ number: Int) -> [Action] {
        guard let entry = entries[number], entry.item.isDone else { return [] }
        entries[number] = nil
        return [.settled(entry.item.delivery)]
    }

    mutating func nextNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }
}
