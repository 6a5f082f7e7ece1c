/// Some listeners of one request, as the stages leave them: all of a small audience, or a page of a large one.
struct ListenerBatch: Sendable {
    let source: FanOutSource
    /// Those who get a notification, in the order in which they were read.
    private(set) var listeners: [Listener]
    /// How many of the others were dropped for which reason.
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
