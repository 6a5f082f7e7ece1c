import Model

/// How much a service may send at any time before it counts as a burst: a token bucket for each service, in notifications. Pure.
///
/// A service that has sent more than it may stays a burst until it has sent less for as long as that lasted, at most two seconds. So its
/// notifications keep their order.
struct SparseAllowance {
    /// So many at once.
    static let capacity = 64.0
    /// So many a second after that.
    static let rate = 64.0

    private struct Bucket {
        var tokens: Double
        var since: ContinuousClock.Instant

        func level(at now: ContinuousClock.Instant) -> Double {
            min(SparseAllowance.capacity, tokens + (since.duration(to: now) / .seconds(1)) * SparseAllowance.rate)
        }
    }

    private var buckets: [TenantName: Bucket] = [:]
    private var sweepAt = 1024

    var count: Int { buckets.count }

    mutating func take(_ count: Int, of tenant: TenantName, at now: ContinuousClock.Instant) -> Traffic {
        if buckets.count >= sweepAt { forgetFull(now) }
        let level = buckets[tenant]?.level(at: now) ?? Self.capacity
        buckets[tenant] = Bucket(tokens: max(level - Double(count), -Self.capacity), since: now)
        return level >= Double(count) ? .sparse : .burst
    }

    /// A full bucket says nothing.
    private mutating func forgetFull(_ now: ContinuousClock.Instant) {
        buckets = buckets.filter { $0.value.level(at: now) < Self.capacity }
        sweepAt = max(1024, buckets.count * 2)
    }
}
