import Model
import Runtime
import Testing

@testable import Senders

@Suite("A lane begins no more than its limit")
struct InFlightTests {
    private let gauge = Metrics().gauge("in_flight", "")

    @Test func `what fits enters at once, and no more`() {
        let inFlight = InFlight(limit: 4, gauge: gauge)
        #expect(inFlight.enter(3))
        #expect(!inFlight.enter(2))
        #expect(inFlight.enter(1))
        #expect(!inFlight.enter(1))
    }

    @Test func `what would never fit enters alone`() {
        let inFlight = InFlight(limit: 4, gauge: gauge)
        #expect(inFlight.enter(16))
        #expect(!inFlight.enter(1))
        inFlight.leave(16)
        #expect(inFlight.enter(1))
        #expect(!inFlight.enter(16))
    }

    @Test func `a waiting caller enters as soon as there is room`() async {
        let inFlight = InFlight(limit: 4, gauge: gauge)
        #expect(inFlight.enter(4))
        async let entered = inFlight.waitAndEnter(3)
        inFlight.leave(2)
        inFlight.leave(1)
        #expect(await entered)
        #expect(!inFlight.enter(1))
        #expect(gauge.value == 4)
        inFlight.leave(4)
        #expect(gauge.value == 0)
        await inFlight.empty()
        #expect(inFlight.enter(4))
    }

    @Test(arguments: [
        (512, Lane.normal, 128), (20, .bulk, 4), (16, .normal, 0), (1, .bulk, 0), (64, .priority, 16), (1, .priority, 0),
    ])
    func `what waits for a full retry delay queue leaves room for the next message`(prefetch: Int, lane: Lane, limit: Int) {
        #expect(LaneService.unqueuedLimit(prefetch, lane) == limit)
    }

    @Test func `when it is closed nobody waits for room, and a waiting caller gets false`() async {
        let inFlight = InFlight(limit: 4, gauge: gauge)
        #expect(inFlight.enter(4))
        async let entered = inFlight.waitAndEnter(3)
        inFlight.close()
        #expect(await !entered)
        #expect(await !inFlight.waitAndEnter(1))
        // A caller still enters if there is room.
        inFlight.leave(4)
        #expect(inFlight.enter(3))
        #expect(await inFlight.waitAndEnter(1))
    }
}
