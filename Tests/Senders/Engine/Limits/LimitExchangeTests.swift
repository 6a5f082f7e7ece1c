import Contract
import Model
import Testing

@testable import Senders

@Suite("Processes that share an account's rate")
struct LimitExchangeTests {
    private static let begin = ContinuousClock.now

    /// Some processes, and messages that arrive at once.
    private struct Bench {
        var exchanges: [LimitExchange]
        /// Who consumes the queue of demands; nil if nobody does.
        var granter: Int?
        var now = begin
        /// What each wants all the time.
        var wanted: [TokensByLane]
        var received: [Int]
        /// When tokens could be used.
        var uses: [ContinuousClock.Instant] = []

        init(_ count: Int, granter: Int? = 0) {
            exchanges = (0..<count).map { LimitExchange(process: "p\($0)") }
            self.granter = granter
            wanted = Array(repeating: .zero, count: count)
            received = Array(repeating: 0, count: count)
        }

        mutating func run(for time: Duration) {
            let end = now + time
            while now < end {
                now += .milliseconds(1)
                for place in exchanges.indices { advance(place) }
            }
        }

        mutating func advance(_ place: Int) {
            if wanted[place].total > 0 { exchanges[place].want(.usual) }
            let account = LimitDemand.Account(name: "a", rate: 200, wanted: wanted[place], received: received[place])
            let actions = exchanges[place].advance(at: now) { account.wanted.total > 0 ? [account] : [] }
            for action in actions { perform(action, of: place) }
        }

        mutating func perform(_ action: LimitExchange.Action, of place: Int) {
            switch action {
            case .publishDemand(let demand):
                if let granter { exchanges[granter].received(demand, at: now) }
            case .publishGrant(let grant):
                let place = exchanges.firstIndex { $0.process == grant.process }!
                perform(exchanges[place].received(grant), of: place)
            case .use(let grant, let until):
                let tokens = grant.tokens["a"]!
                received[place] += tokens.total
                if until.map({ now < $0 }) ?? false { uses += Array(repeating: now, count: tokens.total) }
            }
        }

        /// The most uses within ten seconds.
        var most: Int { uses.map { first in uses.filter { $0 >= first && $0 < first + .seconds(10) }.count }.max() ?? 0 }
    }

    private static var much: TokensByLane {
        var tokens = TokensByLane.zero
        tokens[.bulk] = 200
        return tokens
    }

    @Test func `three of them use nearly the whole rate and no more`() {
        var bench = Bench(3)
        bench.wanted = Array(repeating: Self.much, count: 3)
        bench.run(for: .seconds(12))
        #expect(bench.most <= 2000)
        #expect(bench.uses.count { $0 >= Self.begin + .seconds(1) } > 200 * 11 * 97 / 100)
        #expect(bench.received.min()! > bench.received.max()! * 9 / 10)
        #expect(bench.exchanges.map(\.isGranting) == [true, false, false])
    }

    @Test func `if the granter ends, the next one goes on, and the rate is kept`() {
        var bench = Bench(3)
        bench.wanted = Array(repeating: Self.much, count: 3)
        bench.run(for: .seconds(6))
        bench.wanted[0] = .zero
        bench.granter = 1
        bench.exchanges[0].lostDemands()
        let before = bench.uses.count
        bench.run(for: .seconds(6))
        #expect(bench.exchanges.map(\.isGranting) == [false, true, false])
        #expect(bench.uses.count - before > 200 * 5)
        #expect(bench.most <= 2000)
    }

    @Test func `a new granter grants nothing until the tokens of the one before it are used or lost`() {
        var bench = Bench(2)
        bench.wanted[1] = Self.much
        bench.run(for: LimitGranter.quiet)
        #expect(bench.uses.isEmpty)
        bench.run(for: .milliseconds(200))
        #expect(!bench.uses.isEmpty)
    }

    @Test func `tokens that come too late are not used`() {
        var bench = Bench(2, granter: nil)
        bench.wanted[1] = Self.much
        bench.advance(1)
        bench.now += TokenBucket.latest
        let grant = LimitGrant(process: "p1", number: 1, tokens: ["a": Self.much])
        bench.exchanges[1].want(.usual)
        bench.perform(bench.exchanges[1].received(grant), of: 1)
        #expect(bench.received[1] == 200)
        #expect(bench.uses.isEmpty)
    }

    @Test func `one that cannot reach the others uses the whole rate`() {
        var bench = Bench(1, granter: nil)
        bench.exchanges[0].leave(at: bench.now)
        bench.wanted[0] = Self.much
        bench.run(for: .seconds(11))
        #expect(bench.most <= 2000)
        #expect(bench.uses.count > 2000)
    }

    @Test func `a login code is demanded at once, other messages at intervals`() {
        var pace = DemandPace()
        #expect(pace.next(at: Self.begin) == nil)
        pace.raise(.usual)
        #expect(pace.next(at: Self.begin) == Self.begin)
        pace.looked(hasSent: true, at: Self.begin)
        #expect(pace.next(at: Self.begin) == Self.begin + .milliseconds(20))
        pace.raise(.urgent)
        #expect(pace.next(at: Self.begin) == Self.begin + .milliseconds(2))
        pace.looked(hasSent: false, at: Self.begin)
        #expect(pace.next(at: Self.begin) == nil)
    }
}
