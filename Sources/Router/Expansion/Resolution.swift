import Broker
import Contract
import Model
import Topology

/// What must be done for one request before its message may be acknowledged.
struct Resolution: Sendable {
    enum Outcome: String, CaseIterable, Sendable {
        case expanded, repeated, conflict, rejected, expired, cancelled, unauthorised, broken
    }

    let outcome: Outcome
    /// What to publish: notifications, cursors, and the events of the request.
    var fanOut = FanOut()
    /// The copy for the operator.
    var parked: ParkedMessage?
    /// The request to record as rejected, so that it may be sent again.
    var rejection: RequestLedger.Rejection?
    /// Why the request was not carried out.
    var reason: String?

    /// - Parameter delivery: the message, if it contained only this request; nil if it contained others.
    init(_ result: StageResult<FanOut>, of submission: Submission, in delivery: Delivery?, from queue: QueueName) {
        func parked(_ cause: ParkedReason, _ why: String) -> ParkedMessage {
            delivery.map { ParkedMessage($0, because: cause, reason: why, from: queue) }
                ?? ParkedMessage(RequestMessage(submission).outgoing(), because: cause, reason: why, from: queue)
        }
        switch result {
        case .proceed(let fanOut):
            outcome = .expanded
            self.fanOut = fanOut
        case .stop(.repeated): outcome = .repeated
        case .stop(.unauthorised(let why)):
            outcome = .unauthorised
            reason = why
            self.parked = parked(.rejected, why)
        case .stop(.conflict):
            outcome = .conflict
            let why = "dedupe_key: another request already uses it; use a different key for this one"
            reason = why
            self.parked = parked(.rejected, why)
            fanOut.events = submission.events(.conflict, why: why)
        case .stop(.expired):
            outcome = .expired
            self.parked = parked(.expired, "it expired before it was expanded")
            fanOut.events = submission.events(.expired, why: "it expired before it was expanded")
        case .stop(.cancelled):
            outcome = .cancelled
            fanOut.events = submission.events(.cancelled, why: "it was cancelled before it was expanded")
        case .stop(.rejected(let why)):
            outcome = .rejected
            reject(submission, why)
            self.parked = parked(.rejected, why)
        case .stop(.broken(let why)):
            outcome = .broken
            reject(submission, "it cannot be processed: \(why)")
            self.parked = parked(.poison, why)
        }
    }

    private mutating func reject(_ submission: Submission, _ why: String) {
        reason = why
        fanOut.events = submission.events(.rejected, why: why)
        rejection = submission.rejection(why: why)
    }
}
