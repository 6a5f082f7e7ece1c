import Runtime

/// Metrics of what a server has rejected.
struct ServerStatistics: Sendable {
    let refusedConnections: Counter
    let cutConnections: Counter
    let refusedBodies: Counter

    init(_ metrics: Metrics, server: String) {
        let labels = [("server", server)]
        refusedConnections = metrics.counter(
            "posthorn_http_connections_rejected_total", "Connections that were one too many for their client.", labels: labels)
        cutConnections = metrics.counter(
            "posthorn_http_connections_timed_out_total", "Connections that were idle or too slow for too long.", labels: labels)
        refusedBodies = metrics.counter(
            "posthorn_http_bodies_rejected_total", "Bodies for which there was no memory.", labels: labels)
    }
}
