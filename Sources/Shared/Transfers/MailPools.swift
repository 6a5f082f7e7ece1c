import Synchronization

/// A pool for each relay, so that one that hangs holds up none of the others.
final class MailPools: Sendable {
    private struct State {
        var pools: [MailPool] = []
        var isClosed = false
    }

    private let threadsPerRelay: Int
    private let record: TransferRecord
    private let state = Mutex(State())

    init(threadsPerRelay: Int, record: TransferRecord) {
        self.threadsPerRelay = threadsPerRelay
        self.record = record
    }

    func submit(
        _ mails: [MailSubmission], completion: @escaping @Sendable (_ index: Int, Result<MailReply, TransferError>) -> Void
    ) {
        var jobs = mails.enumerated().map { MailPool.Job(mail: $0.element, index: $0.offset, completion: completion) }[...]
        while let first = jobs.first {
            // Most submissions are for one relay.
            let run = jobs.prefix { $0.mail.relay == first.mail.relay }
            jobs = jobs.dropFirst(run.count)
            if let pool = pool(for: first.mail.relay), pool.put(Array(run)) { continue }
            for job in run { completion(job.index, .failure(.closed)) }
        }
    }

    func close() {
        let pools = state.withLock { state in
            state.isClosed = true
            return state.pools
        }
        for pool in pools { pool.close() }
    }

    /// Returns when every thread has ended. Call `close` first.
    func ended() async {
        for pool in state.withLock({ $0.pools }) { await pool.ended.wait() }
    }

    private func pool(for relay: MailRelay) -> MailPool? {
        state.withLock { state in
            guard !state.isClosed else { return nil }
            if let pool = state.pools.first(where: { $0.relay == relay }) { return pool }
            let pool = MailPool(relay: relay, threads: threadsPerRelay, record: record)
            state.pools.append(pool)
            return pool
        }
    }
}
