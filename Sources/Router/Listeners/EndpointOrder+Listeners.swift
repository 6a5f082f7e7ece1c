import Model

extension EndpointOrder {
    /// One listener for each consumer, with its endpoints as a line. A consumer without an endpoint of these media has none.
    ///
    /// - Parameter listeners: one for each endpoint; those of a consumer are adjacent.
    func lines(of listeners: [Listener]) -> [Listener] {
        var lines: [Listener] = []
        var start = listeners.startIndex
        while start < listeners.endIndex {
            let first = listeners[start]
            let end = listeners[start...].firstIndex { $0.number != first.number } ?? listeners.endIndex
            if let listener = first.with(line(of: listeners[start..<end].map(\.endpoint))) { lines.append(listener) }
            start = end
        }
        return lines
    }
}
