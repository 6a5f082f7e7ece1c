import Runtime

/// What the outside can see of one kind of transfers: how many came to an answer, how many failed and why, and how many wait.
struct TransferRecord: Sendable {
    let waiting: Gauge
    private let answered: Counter
    private let failed: Counter
    private let log: Log

    /// - Parameter kind: `http` or `smtp`.
    init(_ kind: String, log: Log, metrics: Metrics) {
        let name = "posthorn_transfers_total"
        let help = "Calls and mails that came to their end, by kind and by whether there was an answer."
        answered = metrics.counter(name, help, labels: [("kind", kind), ("outcome", "answered")])
        failed = metrics.counter(name, help, labels: [("kind", kind), ("outcome", "failed")])
        waiting = metrics.gauge(
            "posthorn_transfers_waiting", "Calls and mails that wait for their turn.", labels: [("kind", kind)])
        self.log = log.scoped(to: kind)
    }

    func count<Answer>(_ result: Result<Answer, TransferError>) {
        switch result {
        case .success: answered.increment()
        case .failure(let error):
            failed.increment()
            log.debug("transfer failed", ["error": error.description])
        }
    }
}
