import Runtime
import Synchronization

/// Counts the responses of each route by their status, and those to requests that match no route.
final class RouteStatistics: Sendable {
    private let table: RouteTable
    private let server: String
    private let metrics: Metrics
    /// For each route, the counters of the statuses that it has answered with so far, and as the last element those of requests that match no
    /// route. A route answers with few of them.
    private let counters: Mutex<[[(status: Int, counter: Counter)]]>

    /// - Parameter server: a label of the metric, such as `gateway`.
    init(_ table: RouteTable, server: String, metrics: Metrics) {
        self.table = table
        self.server = server
        self.metrics = metrics
        counters = Mutex(Array(repeating: [], count: table.routes.count + 1))
    }

    /// - Parameters:
    ///   - route: its index in the table; nil if the request matches none.
    ///   - status: of the response (RFC 9110, section 15).
    func count(route: Int?, status: Int) {
        let place = route ?? table.routes.count
        let counter = counters.withLock { counters in
            if let known = counters[place].first(where: { $0.status == status }) { return known.counter }
            let counter = makeCounter(route.map { table.routes[$0].line }, status)
            counters[place].append((status, counter))
            return counter
        }
        counter.increment()
    }

    /// A path or method that matches no route is any text of the client, so it is no label.
    private func makeCounter(_ line: RouteLine?, _ status: Int) -> Counter {
        metrics.counter(
            "posthorn_http_requests_total", "Responses by route and status.",
            labels: [
                ("server", server), ("method", line?.method.rawValue ?? ""), ("route", line?.pattern ?? ""),
                ("code", "\(status)"),
            ])
    }
}
