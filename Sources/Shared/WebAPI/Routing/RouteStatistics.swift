import Runtime

/// Counts the answers of each route by the first digit of their status.
struct RouteStatistics: Sendable {
    private let counters: [[Counter]]

    /// - Parameter server: in the metric's name: `posthorn_<server>_answers_total`.
    init(_ table: RouteTable, server: String, metrics: Metrics) {
        counters = table.routes.map { route in
            (1...5).map { digit in
                metrics.counter(
                    "posthorn_\(server)_answers_total", "Answers of the \(server), by route and class of status.",
                    labels: [
                        ("method", route.line.method.rawValue), ("route", route.line.pattern), ("status", "\(digit)xx"),
                    ])
            }
        }
    }

    func count(route: Int, status: Int) { counters[route][min(max(status / 100, 1), 5) - 1].increment() }
}
