import Testing

@testable import Senders

@Suite("The weights of providers move")
struct ProviderWeightsTests {
    private let start = ContinuousClock.now

    private func moment(_ seconds: Double) -> ContinuousClock.Instant { start + .milliseconds(Int(seconds * 1000)) }

    /// Fails `count` calls at the same time.
    private func fail(_ count: Int, _ weights: inout ProviderWeights, at seconds: Double) -> [ProviderWeights.Change] {
        (0..<count).compactMap { _ in weights.ended(0, .failed, after: .zero, at: moment(seconds)) }
    }

    @Test func `fifty errors within a minute cost ten percent, and those of other providers do not count`() {
        var weights = ProviderWeights(count: 2)
        #expect(fail(49, &weights, at: 0).isEmpty)
        for _ in 0..<49 { #expect(weights.ended(1, .failed, after: .zero, at: moment(1)) == nil) }
        #expect(fail(1, &weights, at: 59) == [.init(place: 0, level: 90, cause: .errors)])
        #expect(weights.levels == [90, 100])
    }

    @Test func `fifty errors over a longer time cost nothing`() {
        var weights = ProviderWeights(count: 1)
        for number in 0..<200 { #expect(fail(1, &weights, at: Double(number) * 1.3).isEmpty) }
    }

    @Test func `there is at most one step in a minute, whatever the rate`() {
        var weights = ProviderWeights(count: 1)
        for second in 0..<300 { _ = fail(100, &weights, at: Double(second)) }
        #expect(weights.levels == [50])
        for second in 300..<3000 { _ = fail(100, &weights, at: Double(second)) }
        #expect(weights.levels == [0])
    }

    @Test func `a share of slow calls costs ten percent once there are enough of them`() {
        var weights = ProviderWeights(count: 1)
        func call(_ seconds: Int, _ weights: inout ProviderWeights, at moment: Double) -> ProviderWeights.Change? {
            weights.ended(0, .answered, after: .seconds(seconds), at: self.moment(moment))
        }
        for _ in 0..<10 { #expect(call(11, &weights, at: 0) == nil) }
        for _ in 0..<9 { #expect(call(1, &weights, at: 1) == nil) }
        #expect(call(11, &weights, at: 2) == .init(place: 0, level: 90, cause: .slowness))
        // Fewer than the share.
        for number in 0..<400 { #expect(call(number % 10 == 0 ? 11 : 1, &weights, at: 100 + Double(number)) == nil) }
        #expect(weights.levels == [90])
    }

    @Test func `slow calls of long ago do not count`() {
        var weights = ProviderWeights(count: 1)
        for _ in 0..<19 { _ = weights.ended(0, .answered, after: .seconds(11), at: moment(0)) }
        #expect(weights.ended(0, .answered, after: .seconds(11), at: moment(16 * 60)) == nil)
        #expect(weights.levels == [100])
    }

    @Test func `after fifteen quiet minutes ten percent come back every five minutes`() {
        var weights = ProviderWeights(count: 1)
        for minute in [0.0, 61, 122] { _ = fail(50, &weights, at: minute) }
        #expect(weights.levels == [70])
        let quiet = 122.0 + 15 * 60
        #expect(weights.advance(to: moment(quiet - 1)).isEmpty)
        #expect(weights.advance(to: moment(quiet)) == [.init(place: 0, level: 80, cause: .quiet)])
        #expect(weights.advance(to: moment(quiet + 299)).isEmpty)
        #expect(weights.advance(to: moment(quiet + 300)).map(\.level) == [90])
        #expect(weights.advance(to: moment(quiet + 600)).map(\.level) == [100])
        #expect(weights.advance(to: moment(quiet + 9000)).isEmpty)
    }

    @Test func `a cause for another step begins the quiet time again`() {
        var weights = ProviderWeights(count: 1)
        _ = fail(50, &weights, at: 0)
        _ = fail(50, &weights, at: 10 * 60)
        #expect(weights.levels == [80])
        #expect(weights.advance(to: moment(16 * 60)).isEmpty)
        #expect(weights.advance(to: moment(25 * 60)).map(\.level) == [90])
        _ = fail(50, &weights, at: 26 * 60)
        #expect(weights.advance(to: moment(31 * 60)).isEmpty)
        #expect(weights.levels == [80])
    }

    @Test func `what is remembered is bounded`() {
        var share = SlidingShare(span: .seconds(15))
        for second in 0..<40 { share.add(second % 2 == 0, at: moment(Double(second))) }
        let total = share.total(at: moment(39))
        #expect(total.all == 15 && total.counted == 7)
        #expect(share.total(at: moment(2000)).all == 0)
    }
}
