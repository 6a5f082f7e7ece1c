import Model
import Testing

@testable import Router

@Suite("The sparse allowance of a service")
struct SparseAllowanceTests {
    private static let (acme, other) = (TenantName("acme")!, TenantName("other")!)
    private let start = ContinuousClock.now

    @Test(arguments: [
        ([(0, 64)], [Traffic.sparse]), ([(0, 65)], [.burst]), ([(0, 60), (0, 5)], [.sparse, .burst]),
        // After a second it has 64 more, but never more than 64 in total.
        ([(0, 64), (1000, 64), (9000, 65)], [.sparse, .sparse, .burst]),
        // The excess is subtracted first.
        ([(0, 64), (0, 64), (500, 1), (1500, 1)], [.sparse, .burst, .burst, .sparse]),
        // Whatever the excess, it takes at most two seconds.
        ([(0, 10_000), (1100, 60), (3300, 64)], [.burst, .burst, .sparse]),
    ])
    func `is 64 at once and 64 more each second`(sent: [(at: Int, count: Int)], traffic: [Traffic]) {
        var allowance = SparseAllowance()
        let found = sent.map { allowance.take($0.count, of: Self.acme, at: start + .milliseconds($0.at)) }
        #expect(found == traffic)
    }

    @Test func `does not depend on what others send`() {
        var allowance = SparseAllowance()
        #expect(allowance.take(100_000, of: Self.acme, at: start) == .burst)
        #expect(allowance.take(1, of: Self.other, at: start) == .sparse)
    }

    @Test func `is removed from memory when a service has not sent recently`() {
        var allowance = SparseAllowance()
        for number in 0..<10_000 {
            _ = allowance.take(1, of: TenantName("service-\(number)")!, at: start + .seconds(number))
        }
        #expect(allowance.count <= 1024)
    }
}
