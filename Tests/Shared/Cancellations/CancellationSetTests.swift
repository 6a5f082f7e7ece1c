import Model
import Testing

@testable import Cancellations

@Suite("The set of cancelled requests")
struct CancellationSetTests {
    static let (acme, other) = (TenantName("acme")!, TenantName("other")!)

    /// - Parameter second: when it was recorded.
    static func cancellation(_ tenant: TenantName = acme, _ request: RequestID = .fresh(), at second: Int64 = 0) -> Cancellation {
        Cancellation(tenant: tenant, request: request, at: Timestamp(seconds: second))
    }

    @Test func `a service cancels its own requests only, also where another has one of the same id`() {
        var set = CancellationSet(capacity: 10)
        let request = RequestID.fresh()
        _ = set.insert([Self.cancellation(Self.acme, request)])
        #expect(set.contains(request, of: Self.acme))
        #expect(!set.contains(request, of: Self.other))
        #expect(!set.contains(.fresh(), of: Self.acme))
    }

    @Test func `a cancellation that comes again counts once`() {
        var set = CancellationSet(capacity: 10)
        let request = RequestID.fresh()
        for _ in 0..<3 { #expect(set.insert([Self.cancellation(Self.acme, request)]) == 0) }
        #expect(set.count == 1)
    }

    @Test func `where there are too many, the service that has most loses its oldest, and no other loses any`() {
        var set = CancellationSet(capacity: 100)
        let others = (0..<20).map { Self.cancellation(Self.other, at: $0) }
        let many = (0..<200).map { Self.cancellation(Self.acme, at: 1000 + $0) }
        _ = set.insert(others)
        var forgotten = 0
        for cancellation in many { forgotten += set.insert([cancellation]) }
        #expect(set.count <= 100 && set.count + forgotten == 220)
        #expect(others.allSatisfy { set.contains($0.request, of: Self.other) })
        let kept = many.map { set.contains($0.request, of: Self.acme) }
        #expect(kept.last == true && kept.first == false)
        // Those that are kept are the newest.
        #expect(kept.drop { !$0 }.allSatisfy { $0 })
    }

    @Test func `what is older than it counts is forgotten`() {
        var set = CancellationSet(capacity: 10)
        let (old, young) = (Self.cancellation(at: 10), Self.cancellation(at: 20))
        _ = set.insert([old, young, Self.cancellation(Self.other, at: 1)])
        set.forget(before: Timestamp(seconds: 20))
        #expect(set.count == 1)
        #expect(!set.contains(old.request, of: Self.acme) && set.contains(young.request, of: Self.acme))
    }
}
