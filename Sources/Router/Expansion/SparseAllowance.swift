import Model

/// How much a tenant may send before it counts as a burst: a token bucket for each tenant, in notifications. Pure.
///
/// A tenant that exceeds its allowance is in debt, and everything it sends is a burst until the debt is paid, which takes at most two seconds.
/// So its notifications keep their order.
struct SparseAllowance {
    /// The most notifications at once.
    static let capacity = 64.0
    /// How many more each second.
    static let rate = 64.0

    private struct Bucket {
        var tokens: Double
        var since: ContinuousClock.Instant

        func level(at now: ContinuousClock.Instant) -> Double {
            min(SparseAllowance.capacity, tokens + (since.duration(to: now) / .seconds(1)) * SparseAllowance.rate)
        }
    }

    private var buckets: [TenantName: Bucket] = [:]
    private var removalThreshold = 1024

    var count: Int { buckets.count }

    mutating func take(_ count: Int, of tenant: TenantName, at now: ContinuousClock.Instant) -> Traffic {
        if buckets.count >= removalThreshold { removeFull(now) }
        let level = buckets[tenant]?.level(at: now) ?? Self.capacity
        buckets[tenant] = Bucket(tokens: max(level - Double(count), -Self.capacity), since: now)
        return level >= Double(count) ? .sparse : .burst
    }

    /// A full bucket is the same as none.
    private mutating func removeFull(_ now: ContinuousClock.Instant) {
        buckets = buckets.filter { $0.value.level(at: now) < Self.capacity }
        removalThreshold = max(1024, buckets.count * 2)
    }
}
