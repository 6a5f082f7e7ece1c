import Model
import Testing
import Topology

@testable import Control

@Suite("Who is there is known from the answers to roll calls")
struct PresenceTableTests {
    private let now = ContinuousClock.now
    private let sender = Participant(.sender, media: [.email])
    private let router = Participant(.router)

    @Test func `a participant is reached over its id, its role and its media`() {
        var table = PresenceTable()
        table.note(sender, at: now)
        table.note(router, at: now)
        #expect(table.live(at: .all(.sender), now) == [sender])
        #expect(table.live(at: .senders(.email), now) == [sender])
        #expect(table.live(at: .senders(.webhook), now).isEmpty)
        #expect(table.live(at: .participant(router.id), now) == [router])
    }

    @Test func `one that is silent for three roll calls is gone, and one that leaves is gone at once`() {
        var table = PresenceTable()
        table.note(sender, at: now)
        table.note(router, at: now)
        table.left(router.id)
        #expect(table.live(at: .all(.router), now).isEmpty)
        #expect(table.live(at: .all(.sender), now + PresenceTable.lifetime - .milliseconds(1)) == [sender])
        #expect(table.live(at: .all(.sender), now + PresenceTable.lifetime).isEmpty)
    }

    @Test func `all are known when the first roll call has had its time, also after answers were lost`() {
        var table = PresenceTable()
        #expect(!table.isSettled(at: now))
        table.called(at: now)
        table.called(at: now + PresenceTable.interval)
        #expect(!table.isSettled(at: now + .milliseconds(999)))
        #expect(table.isSettled(at: now + PresenceTable.patience))
        table.restart()
        #expect(!table.isSettled(at: now + .seconds(10)))
        table.called(at: now + .seconds(10))
        #expect(table.isSettled(at: now + .seconds(11)))
    }
}
