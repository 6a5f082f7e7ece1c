import Model
import Testing
import Topology

@testable import Broker
@testable import Contract

@Suite("A replay is a new attempt of the same notification")
struct ReplayTests {
    private let now = Timestamp(milliseconds: 1_700_000_000_000)

    private func replay(_ copy: ParkedCopy) throws -> Replay { try Replay(of: copy, by: "posthorn", at: now) }

    @Test func `every notification is a possible duplicate with a higher attempt, and an event between the two`() throws {
        var parked = MessageTests.fanOut(of: 3)
        for place in parked.indices { (parked[place].attempt, parked[place].deferrals) = (7, 4) }
        let replay = try replay(ParkedCopyTests.copy(of: NotificationMessage.messages(of: parked)[0].outgoing()))
        let begun = try replay.messages.flatMap { try NotificationMessage(MessageTests.delivery(of: $0)).notifications }
        #expect(begun.map(\.id) == parked.map(\.id))
        for notification in begun {
            #expect(notification.attempt == 9 && notification.deferrals == 0)
            #expect(notification.duplicateRisk == .possible && notification.possibleDuplicateSince == now)
            #expect(
                notification.endpoint.address.hasPrefix("https://example.org/") && notification.content == MessageTests.content)
        }
        let events = replay.events.compactMap { event in if case .notification(let event) = event { event } else { nil } }
        #expect(events.map(\.notification) == parked.map(\.id))
        #expect(events.allSatisfy { $0.kind == .replayed && $0.attempt == 8 && $0.at == now })
    }

    @Test func `its returns are counted from zero`() throws {
        var poison = MessageTests.fanOut(of: 1)[0]
        poison.returns = 6
        let replay = try replay(ParkedCopyTests.copy(of: NotificationMessage(poison).outgoing()))
        #expect(try NotificationMessage(MessageTests.delivery(of: replay.messages[0])).notifications.map(\.returns) == [0])
    }

    @Test func `poison that has continued on another endpoint stays`() {
        var poison = MessageTests.fanOut(of: 1)[0]
        poison.alternatives = Alternatives([Endpoint(id: .fresh(), medium: .email, address: "ada@example.org")])
        let message = NotificationMessage(poison).outgoing()
        #expect(throws: Replay.Obstacle.continued) { try replay(ParkedCopyTests.copy(of: message, .poison)) }
    }

    @Test func `it uses the queue that it was parked from`() throws {
        var notification = MessageTests.fanOut(of: 1)[0]
        notification.traffic = .burst
        let replay = try replay(ParkedCopyTests.copy(of: NotificationMessage(notification).outgoing()))
        #expect(
            replay.messages.map(\.exchange) == ["notifications"] && replay.messages.map(\.routingKey) == ["webhook.bulk.burst"])
    }

    @Test(arguments: ["acme", "posthorn"])
    func `a request is published again as it was, by Posthorn's user`(user: String) throws {
        let request = ParkedCopyTests.request(user: user)
        let replay = try replay(ParkedCopyTests.copy(of: request, .rejected, from: .requests(.bulk, 0)))
        var expected = request
        expected.properties.userID = "posthorn"
        #expect(replay.messages == [expected] && replay.events.isEmpty)
    }

    @Test(arguments: [nil, "mallory"])
    func `a request of another user is not published with Posthorn's authority`(user: String?) {
        let copy = ParkedCopyTests.copy(of: ParkedCopyTests.request(user: user), .rejected, from: .requests(.bulk, 0))
        #expect(throws: Replay.Obstacle.unauthorised) { try replay(copy) }
    }

    @Test func `what is incomplete, expired, unreadable or of another type stays`() {
        let cursor = OutgoingMessage(
            exchange: "cursors", routingKey: "webhook.bulk", properties: MessageProperties(type: MessageType.cursor), body: [])
        #expect(throws: Replay.Obstacle.ofItsType(MessageType.cursor)) { try replay(ParkedCopyTests.copy(of: cursor, .poison)) }
        var large = ParkedCopyTests.request()
        large.body = Array(repeating: 0x20, count: 100_000)
        #expect(throws: Replay.Obstacle.truncated) { try replay(ParkedCopyTests.copy(of: large, .rejected)) }
        let expired = ParkedCopyTests.copy(of: NotificationMessage(MessageTests.notification()).outgoing())
        let time = Timestamp(milliseconds: 1_900_000_000_123)
        #expect(throws: Replay.Obstacle.expired(time)) { try Replay(of: expired, by: "posthorn", at: time + .seconds(1)) }
        #expect(throws: Replay.Obstacle.withoutID) {
            try replay(ParkedCopyTests.copy(of: ParkedCopyTests.request(id: nil), .rejected))
        }
        let unreadable = OutgoingMessage(
            exchange: "notifications", routingKey: "fax.bulk.x.y", properties: MessageProperties(type: MessageType.notification),
            body: [])
        #expect(throws: Replay.Obstacle.self) { try replay(ParkedCopyTests.copy(of: unreadable, .poison)) }
    }
}
