import Contract
import Model
import Testing

@testable import Senders

@Suite("The tokens that a process may use")
struct TokenLeaseTests {
    private let now = ContinuousClock.now

    private func tokens(priority: Int = 0, bulk: Int = 0) -> TokensByLane {
        var tokens = TokensByLane.zero
        (tokens[.priority], tokens[.bulk]) = (priority, bulk)
        return tokens
    }

    @Test func `a lane takes its own, and then what more urgent lanes have left`() {
        var lease = TokenLease()
        lease.granted(tokens(priority: 1, bulk: 1), until: now + .seconds(1), at: now)
        #expect(lease.take(.bulk, at: now) == true)
        #expect(lease.take(.bulk, at: now) == true)
        #expect(lease.take(.bulk, at: now) == false)
    }

    @Test func `no lane takes those of less urgent lanes, which keep their tenth`() {
        var lease = TokenLease()
        lease.granted(tokens(bulk: 1), until: now + .seconds(1), at: now)
        #expect(lease.take(.priority, at: now) == false)
        #expect(lease.take(.bulk, at: now) == true)
    }

    @Test func `they are lost after their time`() {
        var lease = TokenLease()
        lease.granted(tokens(bulk: 2), until: now + .milliseconds(150), at: now)
        #expect(lease.take(.bulk, at: now + .milliseconds(149)) == true)
        #expect(lease.take(.bulk, at: now + .milliseconds(150)) == false)
        lease.granted(tokens(bulk: 3), until: now, at: now)
        #expect(lease.take(.bulk, at: now) == false)
        #expect(lease.received == 5)
        #expect(lease.expired == 4)
    }

    @Test func `what has a token is not demanded`() {
        var lease = TokenLease()
        #expect(lease.want(5, .bulk) == true)
        #expect(lease.want(4, .bulk) == false)
        lease.granted(tokens(bulk: 3), until: now + .seconds(1), at: now)
        #expect(lease.demand(at: now) == tokens(bulk: 1))
        #expect(lease.demand(at: now + .seconds(1)) == tokens(bulk: 4))
    }
}
