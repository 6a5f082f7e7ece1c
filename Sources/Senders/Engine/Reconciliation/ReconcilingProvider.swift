public import Model

/// A provider that can be asked later whether it has sent a notification.
public protocol ReconcilingProvider: Provider {
    /// Asks about a batch. It may be asked about the same notification several times.
    ///
    /// - Parameters:
    ///   - notifications: all of the same lane. The provider knows them by their ids.
    ///   - report: called exactly once for each index of the batch, in any order, on any thread, and within a time-out of the provider's
    ///     own. It does not block.
    func reconcile(_ notifications: [Notification], report: @escaping @Sendable (Int, ReconcileAnswer) -> Void)
}

/// What a provider says of a notification that it may have sent.
public enum ReconcileAnswer: Sendable, Equatable {
    case delivered(reference: String?)
    case accepted(reference: String?)
    case sent(reference: String?)
    /// It has certainly not sent it, and will not: it is sent now.
    case notSent(why: String)
    /// It does not know yet, or did not answer. It is asked again later.
    case unknown(why: String)
}

extension ReconcileAnswer {
    /// The answer as the end of a call. What was not sent may be sent by any provider of the chain.
    var verdict: Verdict {
        switch self {
        case .delivered(let reference): .delivered(reference: reference)
        case .accepted(let reference): .accepted(reference: reference)
        case .sent(let reference): .sent(reference: reference)
        case .notSent(let why): .unavailable(why: why)
        case .unknown(let why): .unknown(why: why)
        }
    }

    /// What it says about the provider's destination.
    var sign: Sign? {
        switch self {
        case .delivered, .accepted, .sent, .notSent: .answered
        case .unknown: nil
        }
    }

    enum Kind: String, CaseIterable {
        case delivered, accepted, sent
        case notSent = "not-sent"
        case unknown
    }

    var kind: Kind {
        switch self {
        case .delivered: .delivered
        case .accepted: .accepted
        case .sent: .sent
        case .notSent: .notSent
        case .unknown: .unknown
        }
    }
}
