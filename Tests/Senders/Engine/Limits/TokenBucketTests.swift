import Testing

@testable import Senders

@Suite("The tokens of an account")
struct TokenBucketTests {
    private let begin = ContinuousClock.now

    /// Takes everything at each step, and returns what was taken when.
    private func takings(
        rate: Int, idle: Duration = .zero, every step: Duration = .milliseconds(20), for time: Duration = .seconds(30)
    ) -> [(at: Duration, count: Int)] {
        var bucket = TokenBucket(rate: rate, at: begin)
        var takings: [(at: Duration, count: Int)] = []
        var now = idle
        while now < idle + time {
            let count = bucket.available(isUrgent: true, at: begin + now)
            bucket.take(count, at: begin + now)
            takings.append((now, count))
            now += step
        }
        return takings
    }

    /// The most that is used within ten seconds if each token is used at any time until it is lost.
    private func most(_ takings: [(at: Duration, count: Int)]) -> Int {
        takings.map { first in
            takings.filter { $0.at >= first.at && $0.at < first.at + .seconds(10) + TokenBucket.latest }.reduce(0) {
                $0 + $1.count
            }
        }.max()!
    }

    @Test(arguments: [1, 7, 50, 500, 3000])
    func `in no ten seconds are more used than the rate allows, also after a long rest`(rate: Int) {
        #expect(most(takings(rate: rate)) <= rate * 10)
        #expect(most(takings(rate: rate, idle: .seconds(60))) <= rate * 10)
    }

    @Test(arguments: [20, 100, 500, 3000])
    func `nearly all that the rate allows is granted, also to a process that is late`(rate: Int) {
        for step in [Duration.milliseconds(5), .milliseconds(20), .milliseconds(150)] {
            let count = takings(rate: rate, every: step).reduce(0) { $0 + $1.count }
            #expect(Double(count) > Double(rate * 30) * 0.97, "\(step)")
        }
    }

    @Test func `a new one begins empty`() {
        var bucket = TokenBucket(rate: 1000, at: begin)
        #expect(bucket.available(isUrgent: true, at: begin) == 0)
    }

    @Test func `a few are left for login codes`() {
        var bucket = TokenBucket(rate: 100, at: begin)
        let now = begin + .seconds(60)
        let others = bucket.available(isUrgent: false, at: now)
        bucket.take(others, at: now)
        #expect(others == 15)
        #expect(bucket.available(isUrgent: false, at: now) == 0)
        #expect(bucket.available(isUrgent: true, at: now) == 5)
    }
}
