import Model
import Testing

@Suite struct StatusTests {
    @Test func `the order is the order of progress`() {
        #expect(Status.allCases == Status.allCases.sorted())
        #expect(Status.allCases.filter(\.isFinal) == Array(Status.allCases.drop { $0 != .delivered }))
    }

    @Test func `every kind of event has a status, and before the next attempt it is the first one`() {
        for kind in NotificationEvent.Kind.allCases where kind != .retrying && kind != .replayed {
            #expect(kind.status.rawValue == kind.rawValue)
        }
        #expect(NotificationEvent.Kind.retrying.status == .created && NotificationEvent.Kind.replayed.status == .created)
    }
}
