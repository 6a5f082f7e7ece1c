/// The calls with several notifications, which have their verdicts one by one. Pure.
struct OpenBundles {
    private struct Bundle {
        let count: Int
        var open: Int
        /// What the verdicts so far say about the destination: it answered if any of them is an answer.
        var sign: Sign?
    }

    private var bundles: [Int: Bundle] = [:]
    private var last = 0

    /// The number of the next call; `add` follows.
    mutating func next() -> Int {
        last += 1
        return last
    }

    mutating func add(_ number: Int, count: Int) { bundles[number] = Bundle(count: count, open: count) }

    /// One notification has its verdict.
    ///
    /// - Returns: how many there were, and what the call says about its destination (nil if nothing), if this was the last.
    mutating func ended(_ number: Int, _ sign: Sign?) -> (count: Int, sign: Sign?)? {
        guard var bundle = bundles[number] else { return nil }
        bundle.open -= 1
        if bundle.sign != .answered { bundle.sign = sign ?? bundle.sign }
        bundles[number] = bundle.open == 0 ? nil : bundle
        return bundle.open == 0 ? (bundle.count, bundle.sign) : nil
    }
}
