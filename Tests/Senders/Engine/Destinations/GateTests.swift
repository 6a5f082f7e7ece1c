import Model
import Runtime
import Testing

@testable import Senders

@Suite("A gate before a provider")
struct GateTests {
    /// A gate whose items are numbers, with a clock that is advanced by hand.
    struct Bench {
        typealias Ticket = Gate<Int>.Ticket

        var gate: Gate<Int>
        var now = ContinuousClock.now
        var running: [(item: Int, ticket: Ticket)] = []
        /// The items of each call that began.
        var calls: [[Int]] = []
        var deferred: [Int: Deferral] = [:]
        /// When those that were deferred can probably be sent.
        var waits: [Int: Duration] = [:]
        let account: AccountLimiter
        private var last = 0

        init(
            window: Int = 512, sparse: Int = 0, atOnce: Int = 64, batch: Int = 1, batchDelay: Duration = .zero, rate: Int? = nil,
            lane: Lane = .normal, hasNext: Bool = false
        ) {
            account = AccountLimiter(
                "account", rate: rate.map({ AccountRate(perSecond: $0) }), medium: .webhook, metrics: Metrics())
            gate = Gate(
                limits: GateLimits(
                    windows: [.burst: window, .sparse: sparse], atOnce: atOnce, batch: batch, batchDelay: batchDelay,
                    rate: account.rate,
                    lane: lane, hasNext: hasNext),
                breakers: BreakerTable(medium: .webhook, log: .discarded, metrics: Metrics()), account: account, at: now)
        }

        mutating func add(
            _ count: Int, to destination: String = "a", of tenant: String = "acme", by traffic: Traffic = .burst,
            hasTurn: Bool = false
        ) {
            let flow = TenantFlow(tenant: TenantName(tenant)!, traffic: traffic)
            for _ in 0..<count {
                last += 1
                gate.add(last, for: Destination(destination), of: flow, hasTurn: hasTurn, at: now)
            }
            lookUp()
        }

        mutating func lookUp() {
            for action in gate.advance(at: now) {
                switch action {
                case .begin(let item, let ticket):
                    running.append((item, ticket))
                    calls.append([item])
                case .join(let item, let ticket):
                    running.append((item, ticket))
                    calls[calls.count - 1].append(item)
                case .deferred(let item, let why, let wait):
                    deferred[item] = why
                    waits[item] = wait
                }
            }
        }

        mutating func wait(_ time: Duration) {
            now += time
            lookUp()
        }

        /// Ends the oldest calls.
        mutating func end(_ count: Int, _ sign: Sign? = .answered) {
            for (_, ticket) in running.prefix(count) { _ = gate.ended(ticket, sign, at: now) }
            running.removeFirst(count)
            lookUp()
        }

        /// Lets a destination answer until it has grown to its maximum.
        mutating func warm(_ destination: String = "a") {
            for _ in 0..<64 {
                add(1, to: destination)
                end(1)
            }
        }
    }

    @Test func `a destination begins small and grows with each answer up to what the provider runs at once`() {
        var bench = Bench()
        bench.add(500)
        #expect(bench.running.count == 16)
        bench.end(10)
        #expect(bench.running.count == 26)
        for _ in 0..<20 { bench.end(10) }
        #expect(bench.running.count == 64)
        #expect(bench.deferred.isEmpty)
    }

    @Test func `one that answers may have the whole window waiting`() {
        var bench = Bench()
        bench.warm()
        bench.add(512)
        #expect(bench.running.count == 64)
        for _ in 0..<100 {
            bench.now += .milliseconds(100)
            bench.end(16)
            bench.add(16)
        }
        #expect(bench.gate.waiting.total == 448)
        #expect(bench.deferred.isEmpty)
    }

    @Test func `one that hangs keeps its share, and what waits for it is deferred after a second`() {
        var bench = Bench()
        bench.add(300)
        #expect(bench.gate.nextLook == bench.now + .seconds(1))
        bench.wait(.milliseconds(999))
        #expect(bench.deferred.isEmpty)
        bench.wait(.milliseconds(1))
        #expect(bench.running.count == 16)
        #expect(bench.deferred.count == 284)
        #expect(Set(bench.deferred.values) == [.stalled])
        #expect(bench.gate.waiting.total == 0)
        // What is added now does not wait.
        bench.add(10)
        #expect(bench.running.count == 16)
        #expect(bench.deferred.count == 294)
    }

    @Test func `calls that time out are no progress`() {
        var bench = Bench()
        bench.add(16)
        bench.wait(.seconds(2))
        bench.end(4, .failed)
        bench.add(20)
        #expect(bench.running.count == 16)
        #expect(bench.deferred.count == 16)
    }

    @Test func `one that hung is given more as soon as it answers again`() {
        var bench = Bench()
        bench.add(16)
        bench.wait(.seconds(2))
        bench.end(1)
        bench.add(50)
        #expect(bench.running.count == 17)
        #expect(bench.deferred.isEmpty)
    }

    @Test func `one that is slow but answers is waited for as long as it usually takes`() {
        var bench = Bench()
        bench.add(16)
        bench.wait(.seconds(2))
        bench.end(16)
        bench.add(40)
        bench.wait(.milliseconds(3900))
        #expect(bench.deferred.isEmpty)
        bench.wait(.milliseconds(200))
        #expect(bench.deferred.count == 40 - bench.running.count)
    }

    @Test func `of one that takes few in a second, no more wait than it takes in five`() {
        var bench = Bench(atOnce: 8)
        for _ in 0..<10 {
            bench.add(1)
            bench.end(1)
        }
        bench.add(200)
        #expect(bench.running.count == 8)
        for _ in 0..<25 {
            bench.now += .milliseconds(100)
            bench.end(1)
        }
        // Ten a second: about 50 remain, less those that have begun since. Those that came last have gone.
        #expect((30...55).contains(bench.gate.waiting.total))
        #expect(bench.deferred.values.allSatisfy { $0 == .stalled })
        #expect(bench.deferred.keys.min()! > bench.running.map(\.item).max()!)
    }

    @Test func `destinations take turns`() {
        var bench = Bench(window: 64)
        bench.add(40, to: "a")
        bench.add(2, to: "b")
        bench.add(2, to: "c")
        #expect(bench.running.count == 8 + 2 + 2)
    }

    @Test func `services take turns at a destination, however much one of them has sent there before`() {
        var bench = Bench()
        bench.warm()
        bench.add(400, of: "acme")
        #expect(bench.running.count == 64)
        bench.add(2, of: "other")
        bench.end(4)
        #expect(bench.running.suffix(4).map(\.ticket.flow.tenant.text) == ["acme", "other", "acme", "other"])
    }

    @Test func `where a destination takes too little, the notifications of the service that sent most are deferred`() {
        var bench = Bench(atOnce: 8)
        for _ in 0..<10 {
            bench.add(1)
            bench.end(1)
        }
        bench.add(200, of: "acme")
        bench.add(8, of: "other")
        for _ in 0..<25 {
            bench.now += .milliseconds(100)
            bench.end(1)
        }
        #expect(bench.deferred.count > 100)
        // Those of the other service came last.
        #expect(bench.deferred.keys.max()! <= 210)
    }

    @Test func `of many new ones those that wait for a turn get it as others end`() {
        var bench = Bench(window: 64)
        for number in 0..<60 { bench.add(1, to: "a\(number)") }
        #expect(bench.running.count == 32)
        bench.end(10)
        #expect(bench.running.count == 32)
        #expect(bench.gate.waiting.total == 18)
        #expect(bench.deferred.isEmpty)
    }

    @Test func `a run of failures opens the breaker, and nothing waits any more`() {
        var bench = Bench()
        bench.add(100)
        bench.end(Breaker.threshold, .failed)
        #expect(bench.deferred.count == 100 - 16)
        #expect(Set(bench.deferred.values) == [.breakerOpen])
        bench.add(1)
        #expect(bench.deferred.count == 85)
    }

    @Test func `after the breaker's time one probe decides, and the others are deferred until it has ended`() {
        var bench = Bench()
        bench.add(16)
        bench.end(16, .failed)
        bench.wait(.seconds(5))
        bench.add(10)
        #expect(bench.running.count == 1)
        #expect(bench.deferred.count == 9)
        bench.end(1)
        bench.add(10)
        #expect(bench.running.count == 10)
    }

    @Test func `on the priority lane, if there is another provider, nothing waits longer than a quarter of a second`() {
        var bench = Bench(window: 64, atOnce: 8, lane: .priority, hasNext: true)
        bench.add(60)
        #expect(bench.running.count == 2)
        for _ in 0..<5 {
            bench.now += .milliseconds(50)
            bench.end(1)
        }
        #expect(bench.deferred.count == 60 - 5 - bench.running.count)
        #expect(bench.gate.waiting.total == 0)
    }

    @Test func `destinations that have nothing to do are forgotten`() {
        var bench = Bench(window: 4096)
        for number in 0..<20_000 {
            bench.add(1, to: "d\(number)")
            bench.end(1)
            bench.now += .milliseconds(10)
        }
        #expect(bench.gate.slots.count <= 2048)
    }
}
