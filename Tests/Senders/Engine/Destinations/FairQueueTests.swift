import Model
import Testing

@testable import Senders

@Suite("Services take turns")
struct FairQueueTests {
    /// A capital letter is the service's burst.
    private static func flow(of one: String) -> TenantFlow {
        let letter = one.prefix(1)
        return TenantFlow(
            tenant: TenantName("service-\(letter.lowercased())")!, traffic: letter == letter.lowercased() ? .sparse : .burst)
    }

    /// One that waits is written as its service's letter and its place.
    private func turns(_ waiting: String...) -> FairQueue<String> {
        var turns = FairQueue<String>()
        for one in waiting { turns.append(one, of: Self.flow(of: one)) }
        return turns
    }

    private func all(_ turns: FairQueue<String>) -> [String] {
        var turns = turns
        var left: [String] = []
        while !turns.isEmpty {
            #expect(turns.first != nil && turns.count > 0)
            left.append(turns.removeFirst())
        }
        return left
    }

    @Test func `a service's sparse messages do not wait behind its own burst`() {
        #expect(all(turns("A1", "A2", "A3", "a1", "b1")) == ["A1", "a1", "b1", "A2", "A3"])
    }

    @Test func `each service has one turn after the other, and within a service the first is first`() {
        #expect(all(turns()) == [])
        #expect(all(turns("a1", "a2", "a3")) == ["a1", "a2", "a3"])
        #expect(all(turns("a1", "a2", "a3", "b1", "c1", "b2")) == ["a1", "b1", "c1", "a2", "b2", "a3"])
    }

    @Test func `who comes later has the turn after everybody else`() {
        var turns = turns("a1", "a2", "b1", "b2")
        #expect(turns.removeFirst() == "a1")
        turns.append("c1", of: Self.flow(of: "c1"))
        #expect(all(turns) == ["b1", "a2", "c1", "b2"])
    }

    @Test func `what is removed from the end is the last of the flow that has the most`() {
        var turns = turns("a1", "a2", "a3", "b1", "b2", "c1")
        #expect((0..<3).map { _ in turns.removeLast() } == ["a3", "b2", "a2"])
        #expect(all(turns) == ["a1", "b1", "c1"])
    }

    @Test func `the turn is passed to the next service that may go, and stays where none may`() {
        var turns = turns("a1", "b1", "c1")
        turns.passTurn { $0.hasPrefix("c") }
        #expect(turns.first == "c1")
        turns.passTurn { _ in false }
        #expect(all(turns) == ["c1", "a1", "b1"])
    }
}
