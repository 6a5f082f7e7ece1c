import Contract
import Model
import Testing

@testable import Senders

@Suite("The division of an account's tokens")
struct AccountGrantsTests {
    private static let begin = ContinuousClock.now

    /// Processes that demand tokens every 20 ms; what each of them is granted.
    private struct Bench {
        var grants = AccountGrants(rate: 1000, at: begin)
        var now = begin
        var number = 0
        var granted: [String: TokensByLane] = [:]
        var received: [String: Int] = [:]

        mutating func run(for time: Duration, _ wanted: [String: TokensByLane], arrives: Bool = true) {
            let end = now + time
            while now < end {
                now += .milliseconds(20)
                number += 1
                for (process, wanted) in wanted { demand(wanted, by: process) }
                distribute(arrives: arrives)
            }
        }

        mutating func demand(_ wanted: TokensByLane, by process: String, pausedFor: Duration = .zero) {
            let account = LimitDemand.Account(
                name: "account", rate: 1000, wanted: wanted, received: received[process, default: 0], pausedFor: pausedFor)
            grants.demanded(account, number: number, by: process, at: now)
        }

        mutating func distribute(onlyUrgent: Bool = false, arrives: Bool = true) {
            for (process, grant) in grants.distribute(onlyUrgent: onlyUrgent, at: now) {
                for lane in Lane.allCases { granted[process, default: .zero][lane] += grant.tokens[lane] }
                if arrives { received[process, default: 0] += grant.tokens.total }
            }
        }
    }

    private static func tokens(priority: Int = 0, normal: Int = 0, bulk: Int = 0) -> TokensByLane {
        var tokens = TokensByLane.zero
        (tokens[.priority], tokens[.normal], tokens[.bulk]) = (priority, normal, bulk)
        return tokens
    }

    @Test func `processes that want much get as much as each other`() {
        var bench = Bench()
        let much = Self.tokens(bulk: 1000)
        bench.run(for: .seconds(3), ["a": much, "b": much, "c": much])
        let counts = bench.granted.values.map { Double($0.total) }
        #expect(counts.count == 3)
        #expect(counts.min()! > counts.max()! * 0.97)
        #expect(counts.reduce(0, +) > 2850)
    }

    @Test func `one that wants little gets it, and the others the rest`() {
        var bench = Bench()
        bench.run(for: .seconds(3), ["little": Self.tokens(bulk: 1), "much": Self.tokens(bulk: 1000)])
        #expect(bench.granted["little"]!.total > 100)
        #expect(bench.granted["much"]!.total > 2700 - bench.granted["little"]!.total)
    }

    @Test func `the priority lane comes first, and each other lane gets a tenth`() {
        var bench = Bench()
        bench.run(for: .seconds(3), ["a": Self.tokens(priority: 1000, normal: 1000), "b": Self.tokens(bulk: 1000)])
        let (a, b) = (bench.granted["a"]!, bench.granted["b"]!)
        let total = Double(a.total + b.total)
        #expect(Double(a[.priority]) > total * 0.75)
        #expect((0.07...0.12).contains(Double(a[.normal]) / total))
        #expect((0.07...0.12).contains(Double(b[.bulk]) / total))
    }

    @Test func `a login code gets a token although others want more than there are`() {
        var bench = Bench()
        bench.run(for: .seconds(3), ["a": Self.tokens(bulk: 1000)])
        bench.demand(Self.tokens(priority: 1), by: "b")
        bench.distribute(onlyUrgent: true)
        #expect(bench.granted["b"] == Self.tokens(priority: 1))
    }

    @Test func `nobody is granted more than it wants because an earlier grant is still under way`() {
        var bench = Bench()
        bench.now += .seconds(1)
        bench.demand(Self.tokens(bulk: 10), by: "a")
        bench.distribute(arrives: false)
        #expect(bench.granted["a"]!.total == 10)
        // It does not know of the grant yet.
        bench.now += .milliseconds(20)
        bench.number += 1
        bench.demand(Self.tokens(bulk: 10), by: "a")
        bench.distribute()
        #expect(bench.granted["a"]!.total == 10)
    }

    @Test func `a grant that was lost is granted again`() {
        var bench = Bench()
        bench.now += .seconds(1)
        bench.demand(Self.tokens(bulk: 10), by: "a")
        bench.distribute(arrives: false)
        bench.now += .milliseconds(200)
        bench.number += 1
        bench.demand(Self.tokens(bulk: 10), by: "a")
        bench.distribute()
        #expect(bench.granted["a"]!.total == 20)
    }

    @Test func `an old demand gets nothing`() {
        var bench = Bench()
        bench.demand(Self.tokens(bulk: 10), by: "a")
        bench.now += .milliseconds(150)
        bench.distribute()
        #expect(bench.granted.isEmpty)
        #expect(!bench.grants.isWanted)
    }

    @Test func `an account that asks to be left alone gets no tokens until then`() {
        var bench = Bench()
        bench.demand(.zero, by: "a", pausedFor: .seconds(1))
        bench.run(for: .milliseconds(980), ["b": Self.tokens(priority: 5)])
        #expect(bench.granted.isEmpty)
        bench.run(for: .milliseconds(100), ["b": Self.tokens(priority: 5)])
        #expect(bench.granted["b"] != nil)
    }

    @Test func `the lowest of different settings counts`() {
        var bench = Bench()
        for number in 1...100 {
            bench.now += .milliseconds(20)
            for (process, rate) in [("a", 1000), ("b", 100)] {
                bench.grants.demanded(
                    LimitDemand.Account(
                        name: "account", rate: rate, wanted: Self.tokens(bulk: 1000),
                        received: bench.received[process, default: 0]),
                    number: number, by: process, at: bench.now)
            }
            bench.distribute()
        }
        #expect(bench.granted.values.reduce(0) { $0 + $1.total } <= 220)
    }
}
