/// How much each owner may still park, as token buckets of messages and of bytes. Pure.
///
/// The number of buckets is bounded. When it is reached and no bucket can be removed, further owners share one bucket.
struct ParkingBudget {
    struct Rate: Sendable, Equatable {
        /// How much may be parked at once.
        let burst: Double
        let perSecond: Double
    }

    /// At these rates one owner needs more than four hours to fill the 4 GiB of a parked queue.
    static let messages = Rate(burst: 10_000, perSecond: 100)
    static let bytes = Rate(burst: 16 * 1_048_576, perSecond: 262_144)
    static let owners = 1000

    private struct Bucket {
        var messages: Double
        var bytes: Double
        var at: ContinuousClock.Instant
    }

    private let messages: Rate
    private let bytes: Rate
    private let capacity: Int
    private var buckets: [String: Bucket] = [:]
    private var swept: ContinuousClock.Instant?

    init(messages: Rate = messages, bytes: Rate = bytes, owners capacity: Int = owners) {
        self.messages = messages
        self.bytes = bytes
        self.capacity = capacity
    }

    /// Takes the tokens for one message.
    ///
    /// - Returns: whether there were enough.
    mutating func take(_ size: Int, for owner: String, at now: ContinuousClock.Instant) -> Bool {
        let key = key(of: owner, now)
        var bucket = buckets[key] ?? Bucket(messages: messages.burst, bytes: bytes.burst, at: now)
        refill(&bucket, now)
        // A message larger than the burst would never pass, so a full bucket is enough for it.
        let hasRoom = bucket.messages >= 1 && bucket.bytes >= min(Double(size), bytes.burst)
        if hasRoom {
            bucket.messages -= 1
            bucket.bytes -= Double(size)
        }
        buckets[key] = bucket
        return hasRoom
    }

    private func refill(_ bucket: inout Bucket, _ now: ContinuousClock.Instant) {
        let seconds = max(0, (now - bucket.at) / .seconds(1))
        bucket.messages = min(messages.burst, bucket.messages + seconds * messages.perSecond)
        bucket.bytes = min(bytes.burst, bucket.bytes + seconds * bytes.perSecond)
        bucket.at = now
    }

    private mutating func key(of owner: String, _ now: ContinuousClock.Instant) -> String {
        if buckets[owner] != nil || buckets.count < capacity { return owner }
        // Searching all buckets is expensive, so it is done rarely.
        if swept.map({ now - $0 >= .seconds(1) }) ?? true {
            swept = now
            buckets = buckets.filter { _, bucket in
                var bucket = bucket
                refill(&bucket, now)
                return bucket.messages < messages.burst || bucket.bytes < bytes.burst
            }
        }
        return buckets.count < capacity ? owner : ""
    }
}
