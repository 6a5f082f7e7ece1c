import Runtime

/// The metrics of one connection to the broker, labelled with its name.
struct BrokerMetrics {
    let published, confirmed, failed, delivered, acknowledged, rejected, stale, reconnects: Counter
    let isConnected, isBlocked: Gauge

    init(_ metrics: Metrics, connection: String) {
        let labels = [("connection", connection)]
        func counter(_ name: String, _ help: String) -> Counter {
            metrics.counter("posthorn_broker_\(name)_total", help, labels: labels)
        }
        func gauge(_ name: String, _ help: String) -> Gauge { metrics.gauge("posthorn_broker_\(name)", help, labels: labels) }
        published = counter("published", "Messages written to the broker.")
        confirmed = counter("confirmed", "Published messages that the broker confirmed.")
        failed = counter("publish_failures", "Published messages that the broker returned or rejected (basic.nack).")
        delivered = counter("delivered", "Messages that the broker delivered.")
        acknowledged = counter("acknowledged", "Deliveries that were acknowledged.")
        rejected = counter("rejected", "Deliveries that were rejected.")
        stale = counter("stale_acknowledgements", "Acknowledgements dropped because their connection was lost.")
        reconnects = counter("reconnects", "Reconnects to the broker.")
        isConnected = gauge("connected", "1 while connected to the broker.")
        isBlocked = gauge("blocked", "1 while the broker blocks publishing because of a memory or disk alarm.")
    }
}
