import Model
import Testing

@testable import Recorder

@Suite("What events say about endpoints")
struct EndpointChangesTests {
    private let first: EndpointID = Sample.id(1)
    private let second: EndpointID = Sample.id(2)

    private func failed(_ endpoint: EndpointID, after milliseconds: Int64) -> NotificationEvent {
        Sample.event(.retrying, after: milliseconds, endpoint: endpoint, finding: .failing)
    }

    private func taken(
        _ endpoint: EndpointID, after milliseconds: Int64, _ kind: NotificationEvent.Kind = .delivered
    ) -> NotificationEvent {
        Sample.event(kind, after: milliseconds, endpoint: endpoint)
    }

    private func changes(_ events: [NotificationEvent], known: [EndpointID] = []) -> EndpointChanges {
        var failures = KnownFailures()
        failures.refresh(Set(known))
        return Changes(events.map { .notification($0) }, known: failures).endpoints
    }

    private func moment(_ milliseconds: Int64) -> Timestamp { Sample.start + .milliseconds(milliseconds) }

    @Test func `several failures of an endpoint are one, from the first to the last`() {
        let changes = changes([
            failed(second, after: 7), failed(first, after: 9), failed(first, after: 3), failed(first, after: 5),
        ])
        #expect(changes.failing.map(\.endpoint) == [first, second])
        #expect(changes.failing.map(\.since) == [moment(3), moment(7)])
        #expect(changes.failing.map(\.last) == [moment(9), moment(7)])
        #expect(changes.recovered.isEmpty)
    }

    @Test func `a success after the failures ends them, and one before them does not`() {
        let ended = changes([taken(first, after: 9), failed(first, after: 3)])
        #expect(ended.failing.isEmpty)
        #expect(ended.recovered.map(\.at) == [moment(9)])
        let begun = changes([failed(first, after: 9), taken(first, after: 5), failed(first, after: 3)])
        #expect(begun.failing.map(\.since) == [moment(9)])
        #expect(begun.recovered.map(\.at) == [moment(5)])
    }

    @Test(arguments: [NotificationEvent.Kind.sending, .sent, .delivered])
    func `a success counts only if its endpoint is known to fail`(kind: NotificationEvent.Kind) {
        #expect(
            changes([taken(first, after: 1, kind), taken(second, after: 1, kind)], known: [second]).recovered.map(\.endpoint) == [
                second
            ])
        #expect(changes([taken(first, after: 1, kind)]).recovered.isEmpty)
    }

    @Test(arguments: [NotificationEvent.Kind.created, .pending, .temporaryFailure, .technicalFailure, .expired, .retrying])
    func `any other event is no success, and no failure of the endpoint`(kind: NotificationEvent.Kind) {
        let changes = changes([taken(first, after: 1, kind)], known: [first])
        #expect(changes.recovered.isEmpty && changes.failing.isEmpty)
    }

    @Test func `what is found between two reads of the database stays known until it has been read`() {
        var known = KnownFailures()
        known.note([first])
        #expect(known.contains(first) && !known.contains(second))
        known.beginRefresh()
        known.note([second])
        // The read began before either was saved.
        known.refresh([])
        #expect(known.contains(first) && known.contains(second))
        known.beginRefresh()
        known.refresh([second])
        #expect(!known.contains(first) && known.contains(second))
        known.beginRefresh()
        known.refresh([])
        #expect(known.isEmpty)
    }

    @Test func `if more endpoints fail than are kept, each success is looked up`() {
        var known = KnownFailures()
        known.refresh(Set((0...KnownFailures.capacity).map { Sample.id($0) }))
        #expect(!known.isEmpty && known.contains(.fresh()))
        known.refresh([first])
        #expect(!known.contains(second))
    }
}
