/// Random numbers that are the same for the same seed, so that a failure can be reproduced (xorshift64*, Vigna 2016).
public struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// - Parameter seed: not 0.
    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 2_685_821_657_736_338_717
    }
}
