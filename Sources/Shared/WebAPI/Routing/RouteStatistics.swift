import Runtime
import Synchronization

/// Counts the responses of each route by their status.
final class RouteStatistics: Sendable {
    private let table: RouteTable
    private let server: String
    private let metrics: Metrics
    /// For each route, the counters of the statuses that it has answered with so far. A route answers with few of them.
    private let counters: Mutex<[[(status: Int, counter: Counter)]]>

    /// - Parameter server: a label of the metric, such as `gateway`.
    init(_ table: RouteTable, server: String, metrics: Metrics) {
        self.table = table
        self.server = server
        self.metrics = metrics
        counters = Mutex(table.routes.map { _ in [] })
    }

    /// - Parameters:
    ///   - route: its index in the table.
    ///   - status: of the response (RFC 9110, section 15).
    func count(route: Int, status: Int) {
        let counter = counters.withLock { counters in
            if let known = counters[route].first(where: { $0.status == status }) { return known.counter }
            let counter = makeCounter(table.routes[route].line, status)
            counters[route].append((status, counter))
            return counter
        }
        counter.increment()
    }

    private func makeCounter(_ line: RouteLine, _ status: Int) -> Counter {
        metrics.counter(
            "posthorn_http_requests_total", "Responses by route and status.",
            labels: [
                ("server", server), ("method", line.method.rawValue), ("route", line.pattern), ("code", "\(status)"),
            ])
    }
}
