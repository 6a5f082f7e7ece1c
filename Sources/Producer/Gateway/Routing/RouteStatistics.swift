import Runtime

/// Counts the answers of each route by the first digit of their status.
struct RouteStatistics: Sendable {
    private let counters: [[Counter]]

    init(_ table: RouteTable, metrics: Metrics) {
        counters = table.routes.map { route in
            (1...5).map { digit in
                metrics.counter(
                    "posthorn_gateway_answers_total", "Answers of the gateway, by route and class of status.",
                    labels: [("method", route.method.rawValue), ("route", route.pattern), ("status", "\(digit)xx")])
            }
        }
    }

    func count(route: Int, status: Int) { counters[route][min(max(status / 100, 1), 5) - 1].increment() }
}
