import Runtime
import Testing

@Suite struct BackOffTests {
    @Test func `the delay doubles up to the limit, and reset restores the initial delay`() {
        var backOff = BackOff(initial: .milliseconds(100), limit: .milliseconds(500), jitter: { 0 })
        #expect((1...5).map { _ in backOff.delay() } == [100, 200, 400, 500, 500].map { .milliseconds($0) })
        backOff.reset()
        #expect(backOff.delay() == .milliseconds(100))
    }

    @Test func `jitter subtracts up to half of the delay`() {
        var backOff = BackOff(initial: .milliseconds(100), limit: .seconds(10), jitter: { 1 })
        #expect(backOff.delay() == .milliseconds(50))
        var random = BackOff(initial: .seconds(1), limit: .seconds(1))
        for _ in 1...100 { #expect((Duration.milliseconds(500)...(.seconds(1))).contains(random.delay())) }
    }
}
