import Runtime

/// What connections to the broker tell about themselves, each under its own name.
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
        confirmed = counter("confirmed", "Published messages that the broker has confirmed.")
        failed = counter("publish_failures", "Published messages that the broker returned or refused.")
        delivered = counter("delivered", "Messages that the broker has delivered.")
        acknowledged = counter("acknowledged", "Deliveries that were acknowledged.")
        rejected = counter("rejected", "Deliveries that were rejected.")
        stale = counter("stale_acknowledgements", "Acknowledgements dropped because their connection had gone.")
        reconnects = counter("reconnects", "Connections to the broker made after the first.")
        isConnected = gauge("connected", "1 while there is a connection.")
        isBlocked = gauge("blocked", "1 while the broker takes no messages for want of memory or disk.")
    }
}
