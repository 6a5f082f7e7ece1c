import Synchronization
import Transfers

/// Whether a relay has spoken of late. One that has not gets little time to accept a connection: while the first mails find out that it is
/// gone, somebody waits for them. The last one of a chain has all the time, because there is nobody else to ask.
final class RelayStanding: Sendable {
    /// So long a relay that has spoken counts as one that is there.
    static let memory = Duration.seconds(60)

    private let hasNext: Bool
    private let lastReply = Mutex<ContinuousClock.Instant?>(nil)

    init(hasNext: Bool) { self.hasNext = hasNext }

    func connectTimeout(at now: ContinuousClock.Instant) -> Duration {
        guard hasNext else { return .seconds(10) }
        let isThere = lastReply.withLock { $0 }.map { now < $0 + Self.memory } ?? false
        return isThere ? .seconds(10) : .seconds(2)
    }

    func note(_ result: Result<MailReply, TransferError>, at now: ContinuousClock.Instant) {
        switch result {
        case .success, .failure(.refusedByServer), .failure(.authenticationFailed): lastReply.withLock { $0 = now }
        // The first that cannot connect warns those that come after it.
        case .failure(.connectFailed), .failure(.resolveFailed), .failure(.timedOut(sentRequest: false)):
            lastReply.withLock { $0 = nil }
        case .failure: break
        }
    }
}
