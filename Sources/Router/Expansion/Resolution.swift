import Broker
import Contract
import Model
import Topology

/// What has to be done about one request before its message may be acknowledged.
struct Resolution: Sendable {
    enum Outcome: String, CaseIterable, Sendable {
        case expanded, repeated, conflict, rejected, expired, unauthorised, broken
    }

    let outcome: Outcome
    /// What is to be published: notifications, cursors, and the events that tell of the request.
    var fanOut = FanOut()
    /// The copy for the operator.
    var parked: ParkedMessage?
    /// The request that is to be noted as rejected, so that it may come again.
    var rejection: RequestLedger.Rejection?
    /// Why it was not carried out.
    var reason: String?

    /// - Parameter delivery: the message where the request came in one of its own; nil where it came with others.
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
            let why = "dedupe_key: another request has it already; give this one a key of its own"
            reason = why
            self.parked = parked(.rejected, why)
            fanOut.events = submission.told(.conflict, why: why)
        case .stop(.expired):
            outcome = .expired
            self.parked = parked(.expired, "its time was over before it was expanded")
            fanOut.events = submission.told(.expired, why: "its time was over")
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
        fanOut.events = submission.told(.rejected, why: why)
        rejection = submission.rejection(why: why)
    }
}
