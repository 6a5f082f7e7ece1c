import Broker
import Testing

@testable import Control

@Suite("The outbox of control") struct ControlOutboxTests {
    private func message(_ number: Int) -> OutgoingMessage {
        OutgoingMessage(exchange: "control", routingKey: "\(number)", body: [])
    }

    @Test func `a full outbox drops its oldest message and counts it`() async {
        let outbox = ControlOutbox()
        var dropped = 0
        for number in 0..<ControlOutbox.capacity + 3 { dropped += outbox.add(message(number)) }
        #expect(dropped == 3)
        outbox.finish()
        var published: [String] = []
        await outbox.run { published += $0.map(\.routingKey) }
        #expect(published == (3..<ControlOutbox.capacity + 3).map { "\($0)" })
    }

    @Test func `after its end it takes nothing more`() async {
        let outbox = ControlOutbox()
        #expect(outbox.add(message(1)) == 0)
        outbox.finish()
        #expect(outbox.add(message(2)) == 1)
        var published: [String] = []
        await outbox.run { published += $0.map(\.routingKey) }
        #expect(published == ["1"])
    }
}
