import Runtime

/// The loop that makes HTTP calls. All of it runs on the one thread that calls `run`.
final class HTTPLoop {
    /// One call of a submission.
    struct Job {
        let submission: HTTPSubmission
        let index: Int
        var host: Admission<Job>.Host?

        var call: HTTPCall { submission.calls[index] }
    }

    /// How often those who wait for their turn are looked through.
    private static let tick = Duration.milliseconds(100)

    private let inbox: HTTPInbox
    private let multi: CurlMulti
    private let record: TransferRecord
    private let makeTransfer: () -> HTTPTransfer
    private var admission: Admission<Job>
    /// Every transfer that was ever made, because libcurl's handles do not keep theirs alive while they run.
    private var transfers: [HTTPTransfer] = []
    private var idle: [HTTPTransfer] = []
    private var recentBody: RequestBody?
    private var reportedWaiting = 0
    private var nextTick = ContinuousClock.now

    init(
        inbox: HTTPInbox, multi: CurlMulti, connectionsPerHost: Int, connections: Int, record: TransferRecord,
        makeTransfer: @escaping () -> HTTPTransfer
    ) {
        self.inbox = inbox
        self.multi = multi
        self.record = record
        self.makeTransfer = makeTransfer
        admission = Admission(total: connections, perHost: connectionsPerHost)
    }

    /// Returns when the inbox is closed and everything that was taken has its outcome.
    func run() {
        while true {
            let arrived = inbox.take()
            for submission in arrived.submissions { enqueue(submission) }
            startAdmitted()
            reportWaiting()
            if admission.isIdle, arrived.isClosed { return }
            multi.advance(waitingAtMost: admission.waitingCount > 0 ? Self.tick : .seconds(60))
            finishEnded()
            dropExpired()
        }
    }

    /// The gauge is shared by all loops of the process.
    private func reportWaiting() {
        guard admission.waitingCount != reportedWaiting else { return }
        record.waiting.add(admission.waitingCount - reportedWaiting)
        reportedWaiting = admission.waitingCount
    }

    private func enqueue(_ submission: HTTPSubmission) {
        let now = ContinuousClock.now
        for (index, call) in submission.calls.enumerated() {
            let job = Job(submission: submission, index: index)
            admission.add(job, host: call.authority, deadline: now + call.timeout)
        }
    }

    private func startAdmitted() {
        while let admitted = admission.next() {
            let transfer = idle.popLast() ?? newTransfer()
            var job = admitted.item
            job.host = admitted.host
            do throws(TransferError) {
                let call = job.call
                try transfer.prepare(call, body: body(of: call))
                transfer.job = job
                multi.add(transfer)
            } catch {
                idle.append(transfer)
                admission.finished(admitted.host)
                finish(job, .failure(error))
            }
        }
    }

    private func newTransfer() -> HTTPTransfer {
        let transfer = makeTransfer()
        transfers.append(transfer)
        return transfer
    }

    private func finishEnded() {
        while let (transfer, code) = multi.nextFinished() {
            multi.remove(transfer)
            let result = transfer.outcome(code)
            idle.append(transfer)
            guard let job = transfer.job, let host = job.host else { continue }
            transfer.job = nil
            admission.finished(host)
            finish(job, result)
        }
    }

    private func dropExpired() {
        guard admission.waitingCount > 0 else { return }
        let now = ContinuousClock.now
        guard now >= nextTick else { return }
        nextTick = now + Self.tick
        for job in admission.expire(at: now) { finish(job, .failure(.overloaded)) }
    }

    private func finish(_ job: Job, _ result: Result<HTTPReply, TransferError>) {
        record.count(result)
        job.submission.completion(job.index, result)
    }

    /// The calls of a fan-out carry the same array, so the last body made is most often the one that is wanted.
    private func body(of call: HTTPCall) -> RequestBody? {
        guard call.hasBody else { return nil }
        if let recentBody, recentBody.isMade(from: call.body) { return recentBody }
        let made = RequestBody(call.body)
        recentBody = made
        return made
    }
}

extension HTTPCall {
    var hasBody: Bool {
        switch method {
        case .post, .put, .patch: true
        case .get, .head, .delete: !body.isEmpty
        }
    }

    /// Scheme, host and port as they are written: what is before the path.
    var authority: String {
        var slashes = 0
        let end = url.utf8.firstIndex { byte in
            if byte == UInt8(ascii: "/") { slashes += 1 }
            return slashes == 3 || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
        }
        return end.map { String(url[..<$0]) } ?? url
    }
}
