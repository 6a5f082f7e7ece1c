/// The listeners of one request that remain after the stages so far: of a small audience all, of a large one a page.
struct ListenerBatch: Sendable {
    let source: FanOutSource
    /// The listeners that get a notification, in the order in which they were read.
    private(set) var listeners: [Listener]
    /// How many of the others were dropped, for each reason. Each endpoint of a line counts.
    private(set) var dropped: [DropReason: Int] = [:]

    init(_ listeners: [Listener], of source: FanOutSource) {
        self.source = source
        self.listeners = listeners
    }

    mutating func apply(_ rule: ListenerRule) {
        var dropped = dropped
        func isKept(_ listener: Listener) -> Bool {
            switch rule(source, listener) {
            case .deliver: return true
            case .drop(let reason):
                dropped[reason, default: 0] += 1
                return false
            }
        }
        listeners = listeners.compactMap { listener in
            guard !listener.alternatives.isEmpty else { return isKept(listener) ? listener : nil }
            // The rule decides on each endpoint, and the line closes up.
            let line = [listener.endpoint] + listener.alternatives
            return listener.with(line.filter { listener.with([$0]).map(isKept) ?? false })
        }
        self.dropped = dropped
    }
}
