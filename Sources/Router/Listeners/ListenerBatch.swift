/// The listeners of one request that remain after the stages so far: of a small audience all, of a large one a page.
struct ListenerBatch: Sendable {
    let source: FanOutSource
    /// The listeners that get a notification, in the order in which they were read.
    private(set) var listeners: [Listener]
    /// How many of the others were dropped, for each reason.
    private(set) var dropped: [DropReason: Int] = [:]

    init(_ listeners: [Listener], of source: FanOutSource) {
        self.source = source
        self.listeners = listeners
    }

    mutating func apply(_ rule: ListenerRule) {
        var dropped = dropped
        listeners.removeAll { listener in
            switch rule(source, listener) {
            case .deliver: return false
            case .drop(let reason):
                dropped[reason, default: 0] += 1
                return true
            }
        }
        self.dropped = dropped
    }
}
