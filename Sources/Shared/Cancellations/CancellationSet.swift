import Model

/// Cancelled requests, with a limit. Pure.
///
/// The same id under two services is two requests, so a service cancels only its own. When the set is full, the service with the most
/// cancellations loses its oldest, so that no service can displace those of another.
struct CancellationSet: Sendable {
    let capacity: Int
    private(set) var count = 0
    private var times: [TenantName: [RequestID: Timestamp]] = [:]

    /// - Parameter capacity: how many cancellations at most. One needs about 40 bytes.
    init(capacity: Int) { self.capacity = capacity }

    func contains(_ request: RequestID, of tenant: TenantName) -> Bool { times[tenant]?[request] != nil }

    /// - Returns: how many others it has forgotten for them.
    mutating func insert(_ cancellations: some Sequence<Cancellation>) -> Int {
        for cancellation in cancellations
        where times[cancellation.tenant, default: [:]].updateValue(cancellation.at, forKey: cancellation.request) == nil {
            count += 1
        }
        var forgotten = 0
        while count > capacity { forgotten += shrinkLargest() }
        return forgotten
    }

    /// Forgets those that are older.
    mutating func forget(before time: Timestamp) {
        times = times.compactMapValues { own in
            let left = own.filter { $0.value >= time }
            return left.isEmpty ? nil : left
        }
        count = times.values.reduce(0) { $0 + $1.count }
    }

    /// Several at a time, because the oldest are found by sorting.
    private mutating func shrinkLargest() -> Int {
        guard let tenant = times.max(by: { $0.value.count < $1.value.count })?.key, let own = times[tenant] else { return 0 }
        let excess = max(1, own.count / 8)
        for (request, _) in own.sorted(by: { $0.value < $1.value }).prefix(excess) { times[tenant]![request] = nil }
        if own.count == excess { times[tenant] = nil }
        count -= excess
        return excess
    }
}
