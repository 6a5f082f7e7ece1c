import Model

/// The limits of a gate.
struct GateLimits: Sendable {
    let lane: Lane
    /// The most notifications in one call.
    let batch: Int
    /// How long the first one waits at most until a call is full.
    let batchDelay: Duration
    /// What the account allows, in all processes and lanes; nil if there is no such limit.
    let rate: AccountRate?
    /// The most open calls of one destination that answers. The limit grows by one with each answer.
    var atOnce: Int
    /// The most open calls of one that has not answered recently.
    var beginning: Int
    /// The most open calls of all destinations together that have not answered recently. Each of the lane's queues has its own window, and so
    /// its own of these.
    private var unproven: [Traffic: Unproven]
    /// How many notifications may wait here because of the account's rate.
    private var waitingForRate: [Traffic: Int]
    /// How many calls the provider makes at once to one destination.
    private let callsAtOnce: Int
    /// How long an item waits for another call's end while none ends.
    var patience: Duration
    /// The longest wait, whether calls end or not; nil if there is no other provider.
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

    /// A slow destination that answers may have as many waiting items as it answers in this time.
    static let backlog = Duration.seconds(5)

    /// A destination that takes longer to answer has no more of what is sent in a sparse flow than one that does not answer: even a few
    /// notifications a second would fill the window.
    static let slowness = Duration.seconds(1)
    /// How long a sparse flow waits for a slow destination: calls end all the time, and others need the room.
    private static let slowWait = Duration.milliseconds(250)

    /// - Parameters:
    ///   - windows: how many notifications of each of its queues the lane has begun and not settled at most.
    ///   - hasNext: whether the chain has another provider.
    init(of provider: any Provider, windows: [Traffic: Int], lane: Lane, hasNext: Bool) {
        self.init(
            windows: windows, atOnce: provider.callsAtOnce, inReserve: provider.callsInReserve, batch: provider.maximumBatch,
            batchDelay: provider.maximumDelay, rate: provider.rate, lane: lane, hasNext: hasNext)
    }

    init(
        windows: [Traffic: Int], atOnce: Int, inReserve: Int = 0, batch: Int = 1, batchDelay: Duration = .zero,
        rate: AccountRate? = nil, lane: Lane, hasNext: Bool
    ) {
        self.lane = lane
        self.batch = max(1, batch)
        // Somebody waits for each message of the priority lane: a call takes what is there.
        self.batchDelay = batch > 1 && lane != .priority ? batchDelay : .zero
        self.rate = rate
        self.atOnce = max(1, atOnce + inReserve)
        callsAtOnce = atOnce
        beginning = 1
        unproven = [:]
        waitingForRate = [:]
        patience = lane == .priority && hasNext ? .milliseconds(250) : .seconds(1)
        longestWait = lane == .priority && hasNext ? patience : nil
        isLenient = !hasNext
        resize(to: windows)
    }

    /// Fits the shares to other windows of the lane.
    ///
    /// - Parameter reserve: how many notifications of each queue may wait for an account without a set rate beside those of the windows.
    mutating func resize(to windows: [Traffic: Int], reserve: Int = 0) {
        let window = windows.values.reduce(0, +)
        beginning = max(1, min(callsAtOnce / 4, window / 8 / batch))
        for traffic in Traffic.allCases {
            let window = windows[traffic] ?? 1
            unproven[traffic] = Unproven(window: window)
            // The lane has room for these beside its windows. Without a set rate, half of a window is left for other accounts.
            waitingForRate[traffic] = rate?.waiting ?? max(1, window / 2) + reserve
        }
    }

    /// The longest wait of an item, whether other calls end meanwhile or not; nil if it waits as long as they do.
    func longestWait(_ traffic: Traffic, isSlow: Bool) -> Duration? {
        isSlow && traffic == .sparse ? min(Self.slowWait, longestWait ?? Self.slowWait) : longestWait
    }

    func unproven(_ traffic: Traffic) -> Unproven { unproven[traffic]! }

    func waitingForRate(_ traffic: Traffic) -> Int { waitingForRate[traffic]! }

    /// The longest wait for the account's rate or its pause; nil if it is not limited. Beyond it another provider may have the notification.
    var longestWaitForRate: Duration? { longestWait }

    /// How long without an answer before a destination counts as stalled.
    ///
    /// - Parameter latency: its usual time to answer, if known.
    func patience(latency: Duration?) -> Duration {
        guard isLenient, let latency else { return patience }
        return min(max(patience, latency + latency), .seconds(5))
    }
}
