import Broker
import Contract
import Model
import Runtime
import Topology

/// What has an outcome and is not settled: for each notification what must still be confirmed before its delivery may be acknowledged. Pure:
/// the settler carries out the actions and reports their results.
///
/// Each is settled as soon as everything that it needs is confirmed. Its successor is published first, then the event: if the event were on
/// record without the successor, a sender that takes the delivery again would find the attempt on record and drop the notification.
/// What is not confirmed is repeated alone with a growing wait, while everything else proceeds.
struct SettlementLedger {
    /// Where a message goes.
    enum Flow: Hashable {
        case retry(RetryDelay)
        /// Back to the tail of its lane, because no retry delay queue takes it.
        case lane
        /// To the lane of the next endpoint.
        case nextEndpoint
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
        /// Publish these, and call `report` with what was not confirmed.
        case publish(Call)
        /// Park this, and call `parked`.
        case park(Int, ParkedMessage)
        /// One of this delivery's notifications is settled.
        case settled(OpenDelivery)
        /// A retry delay queue was full for this many.
        case refused(RetryDelay, Int)
        /// The event cannot be published, not even shortened, and is dropped.
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
        /// The retry delays whose queues may be tried now, the next one first.
        var delays: [RetryDelay] = []
        /// No retry delay queue takes it, and it goes back to its lane next.
        var isReturning = false
        /// When its retry delay is over.
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

    /// How many calls of a line may be open at a time, if earlier ones take long.
    static let callLimit = 4
    /// After this time the next call does not wait for the earlier one.
    static let patience = Duration.milliseconds(100)
    /// For this time a full retry delay queue is not tried again.
    static let fullSpan = Duration.seconds(1)
    /// How long what goes back to its lane waits here first, so that a lane of nothing else does not loop without pause.
    static let returnWait = Duration.milliseconds(100)

    let queue: QueueName
    let unqueuedLimit: Int
    let makeBackOff: @Sendable () -> BackOff
    var entries: [Int: Entry] = [:]
    var ready: [Line: [Int]] = [:]
    /// Until when each failed entry waits.
    var waiting: [Int: ContinuousClock.Instant] = [:]
    /// Those of them that no retry delay queue takes.
    var unqueued: Set<Int> = []
    var fullUntil: [RetryDelay: ContinuousClock.Instant] = [:]
    var calls: [Int: OpenCall] = [:]
    var isDraining = false
    private var lastNumber = 0

    /// - Parameters:
    ///   - queue: the lane's own.
    ///   - unqueuedLimit: how many may wait here for room on a retry delay queue. More go back to the tail of their lane, so that it does not
    ///     stop.
    init(queue: QueueName, unqueuedLimit: Int, makeBackOff: @escaping @Sendable () -> BackOff = { BackOff() }) {
        self.queue = queue
        self.unqueuedLimit = unqueuedLimit
        self.makeBackOff = makeBackOff
    }

    var isEmpty: Bool { entries.isEmpty }

    /// - Parameter time: of the calendar, from which retry delays are counted.
    mutating func add(_ items: [Settler.Item], at now: ContinuousClock.Instant, _ time: Timestamp = .now) -> [Action] {
        var actions: [Action] = []
        for item in items {
            guard !item.isDone else {
                actions.append(.settled(item.delivery))
                continue
            }
            let number = nextNumber()
            let entry = Entry(item, backOff: makeBackOff())
            if case .retry(let retry)? = item.successor { entry.dueAt = retry.due(at: time) }
            entries[number] = entry
            switch item.successor {
            case .retry?: retry(number, now)
            case .onNextEndpoint?: enqueue(number, .nextEndpoint)
            case nil: actions += publishEvent(number)
            }
        }
        return actions
    }

    /// The broker has the successor: the event may be published.
    mutating func publishEvent(_ number: Int) -> [Action] {
        guard let entry = entries[number] else { return [] }
        entry.stage = .publishing
        entry.kind = .fresh
        if entry.item.event != nil { ready[Line(flow: .events, kind: .fresh), default: []].append(number) }
        return entry.item.parked.map { [.park(number, $0)] } ?? settle(number)
    }

    /// Tries the queue of its retry delay first, then the others.
    mutating func retry(_ number: Int, _ now: ContinuousClock.Instant) {
        guard let delay = entries[number]?.item.successor?.delay else { return }
        entries[number]!.delays = delay.fallbacks.filter { fullUntil[$0].map { $0 <= now } ?? true }
        goOn(number, now)
    }

    /// To the next retry delay queue; if none is left it waits, or goes back to its lane.
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
