import Lookups
import Model

/// What this process has handed to the broker under dedupe keys in the last minutes, because a request is on record only when the router has
/// taken it. Pure.
struct RecentRequests: Sendable {
    /// What is to be done with a request under a key.
    enum Verdict: Equatable {
        case send
        /// It has been sent already.
        case isRepeat
        /// Another request has been sent under the key.
        case conflict
    }

    private struct Sent {
        let digest: [UInt8]
        /// When the request that it follows under the key was rejected; nil where it is the first.
        let rejectedBefore: Timestamp?
        let isConfirmed: Bool
        let until: ContinuousClock.Instant
    }

    private let age: Duration
    private var table: BoundedCache<RequestID, Sent>

    /// - Parameter capacity: how many requests at most; of more it forgets the oldest.
    init(age: Duration = .seconds(300), capacity: Int = 100_000) {
        self.age = age
        table = BoundedCache(capacity: capacity)
    }

    /// Decides on a request, and records it as being sent if it is to be sent.
    ///
    /// - Parameter earlier: what is on record under its id; nil also where that cannot be read.
    mutating func begin(
        _ id: RequestID, digest: [UInt8], earlier: RequestStore.Earlier?, at now: ContinuousClock.Instant
    ) -> Verdict {
        let rejection = earlier?.state == "rejected" ? earlier?.finishedAt : nil
        if let earlier, earlier.state != "rejected" {
            // Of a request without a digest all that is known is its key.
            return earlier.digest.map { $0 == digest } ?? true ? .isRepeat : .conflict
        }
        // What was sent before the rejection that is on record is what was rejected.
        if let sent = sent(id, at: now), earlier == nil || sent.rejectedBefore == rejection {
            guard sent.digest == digest else { return .conflict }
            if sent.isConfirmed { return .isRepeat }
        }
        table.store(id, Sent(digest: digest, rejectedBefore: rejection, isConfirmed: false, until: now + age))
        return .send
    }

    /// The broker has the request.
    mutating func confirm(_ id: RequestID, digest: [UInt8], at now: ContinuousClock.Instant) {
        let before = sent(id, at: now)?.rejectedBefore
        table.store(id, Sent(digest: digest, rejectedBefore: before, isConfirmed: true, until: now + age))
    }

    /// Whether the broker has it is not known, so it may be sent again, and another one may, too: the router decides.
    mutating func fail(_ id: RequestID) { table.remove(id) }

    private func sent(_ id: RequestID, at now: ContinuousClock.Instant) -> Sent? {
        guard let sent = table.find(id), now < sent.until else { return nil }
        return sent
    }
}
