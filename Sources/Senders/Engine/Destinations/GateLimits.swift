import Model

/// What a gate lets through.
struct GateLimits: Sendable {
    /// How many of one destination are handed over at most where it answers. With each answer there is room for one more.
    var atOnce: Int
    /// How many are handed over of one that has not answered of late.
    var beginning: Int
    /// How many run at once, of all destinations together, that have not answered of late. Each of the lane's queues has a window of its own, so
    /// it has these of its own, too.
    private let unproven: [Traffic: Unproven]
    /// How long what waits for somebody else's end does so while no end comes.
    var patience: Duration
    /// How long it waits at most, ends or not; nil where there is nobody else to ask.
    private let longestWait: Duration?
    /// Whether a destination that is known to be slow gets more patience.
    var isLenient: Bool

    struct Unproven {
        let all: Int
        /// The same for those of one service.
        let perService: Int

        /// A quarter of the window always remains for destinations that answer, and half of the rest for other services.
        init(window: Int) {
            all = max(1, window * 3 / 4)
            perService = max(1, window / 2)
        }
    }

    /// A destination that is slow, but answers, may have waiting what it takes so long to answer.
    static let backlog = Duration.seconds(5)

    /// A destination that takes longer to answer has no more of what is sent in a sparse flow than one that does not answer: even a few
    /// notifications a second would fill the window.
    static let slowness = Duration.seconds(1)
    /// So long what is sent in a sparse flow waits for a slow destination: ends come all the time, and others need its room.
    private static let slowWait = Duration.milliseconds(250)

    /// - Parameters:
    ///   - windows: how many notifications of each of its queues the lane has begun and not settled at most.
    ///   - hasNext: whether the chain goes on with another provider.
    init(of provider: any Provider, windows: [Traffic: Int], lane: Lane, hasNext: Bool) {
        self.init(
            windows: windows, atOnce: provider.callsAtOnce, inReserve: provider.callsInReserve, lane: lane, hasNext: hasNext)
    }

    init(windows: [Traffic: Int], atOnce: Int, inReserve: Int = 0, lane: Lane, hasNext: Bool) {
        let window = windows.values.reduce(0, +)
        self.atOnce = max(1, atOnce + inReserve)
        beginning = max(1, min(atOnce / 4, window / 8))
        unproven = windows.mapValues(Unproven.init)
        patience = lane == .priority && hasNext ? .milliseconds(250) : .seconds(1)
        longestWait = lane == .priority && hasNext ? patience : nil
        isLenient = !hasNext
    }

    /// How long something waits at most, whether others come to their end meanwhile or not; nil where that is for as long as they do.
    func longestWait(_ traffic: Traffic, isSlow: Bool) -> Duration? {
        isSlow && traffic == .sparse ? min(Self.slowWait, longestWait ?? Self.slowWait) : longestWait
    }

    func unproven(_ traffic: Traffic) -> Unproven { unproven[traffic]! }

    /// How long no end may come before a destination counts as stalled.
    ///
    /// - Parameter latency: in which it answers otherwise, if it has.
    func patience(latency: Duration?) -> Duration {
        guard isLenient, let latency else { return patience }
        return min(max(patience, latency + latency), .seconds(5))
    }
}
