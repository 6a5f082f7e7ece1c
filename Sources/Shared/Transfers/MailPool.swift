import Dispatch
import Foundation
import Runtime
import Synchronization

/// The threads that hand mails to one relay, each over a connection of its own that it keeps for the next mail. Threads are started as
/// there is work for them and end after half a minute without any.
final class MailPool: Sendable {
    struct Job: Sendable {
        let mail: MailSubmission
        let index: Int
        let completion: @Sendable (_ index: Int, Result<MailReply, TransferError>) -> Void
    }

    private struct State {
        var waiting: [Job] = []
        /// How many at the front of `waiting` have left.
        var left = 0
        var threads = 0
        var busy = 0
        var isClosed = false

        var count: Int { waiting.count - left }

        /// What a thread does now that it has been woken or has waited in vain.
        mutating func next(isIdle: Bool) -> Action {
            guard count > 0 else {
                guard isIdle || isClosed else { return .wait }
                threads -= 1
                return .end
            }
            let job = waiting[left]
            left += 1
            if left == waiting.count || left > 1024 {
                waiting.removeSubrange(..<left)
                left = 0
            }
            busy += 1
            return .hand(job)
        }
    }

    private enum Action {
        case hand(Job)
        case wait, end
    }

    private static let patience = DispatchTimeInterval.seconds(30)

    let relay: MailRelay
    let ended = Latch()
    private let limit: Int
    private let record: TransferRecord
    private let state = Mutex(State())
    private let arrivals = DispatchSemaphore(value: 0)

    init(relay: MailRelay, threads: Int, record: TransferRecord) {
        self.relay = relay
        limit = threads
        self.record = record
    }

    /// False if the pool is closed, and then the jobs are dropped.
    func put(_ jobs: [Job]) -> Bool {
        let fresh: Int? = state.withLock { state in
            guard !state.isClosed else { return nil }
            state.waiting.append(contentsOf: jobs)
            let wanted = max(0, min(state.count - (state.threads - state.busy), limit - state.threads))
            state.threads += wanted
            return wanted
        }
        guard let fresh else { return false }
        record.waiting.add(jobs.count)
        for _ in 0..<fresh { startThread() }
        for _ in jobs { arrivals.signal() }
        return true
    }

    /// Threads end when nothing waits any more.
    func close() {
        let threads = state.withLock { state in
            state.isClosed = true
            return state.threads
        }
        if threads == 0 { ended.open() }
        for _ in 0..<threads { arrivals.signal() }
    }

    private func startThread() {
        let thread = Thread { [self] in
            work()
            let isLast = state.withLock { $0.isClosed && $0.threads == 0 }
            if isLast { ended.open() }
        }
        thread.name = "mail"
        thread.start()
    }

    private func work() {
        let transfer = MailTransfer(relay: relay)
        while true {
            let isIdle = arrivals.wait(timeout: .now() + Self.patience) == .timedOut
            switch state.withLock({ $0.next(isIdle: isIdle) }) {
            case .hand(let job):
                record.waiting.add(-1)
                let result = transfer.send(job.mail)
                state.withLock { $0.busy -= 1 }
                record.count(result)
                job.completion(job.index, result)
            case .wait: continue
            case .end: return
            }
        }
    }
}
