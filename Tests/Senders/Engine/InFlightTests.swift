import Testing

@testable import Senders

@Suite("A lane begins no more than its limit")
struct InFlightTests {
    @Test func `what fits enters at once, and no more`() {
        let inFlight = InFlight(limit: 4)
        #expect(inFlight.enter(3))
        #expect(!inFlight.enter(2))
        #expect(inFlight.enter(1))
        #expect(!inFlight.enter(1))
    }

    @Test func `what would never fit enters alone`() {
        let inFlight = InFlight(limit: 4)
        #expect(inFlight.enter(16))
        #expect(!inFlight.enter(1))
        inFlight.leave(16)
        #expect(inFlight.enter(1))
        #expect(!inFlight.enter(16))
    }

    @Test func `who waits enters as soon as there is room`() async {
        let inFlight = InFlight(limit: 4)
        #expect(inFlight.enter(4))
        async let entered: Void = inFlight.waitAndEnter(3)
        inFlight.leave(2)
        inFlight.leave(1)
        await entered
        #expect(!inFlight.enter(1))
        inFlight.leave(4)
        await inFlight.empty()
        #expect(inFlight.enter(4))
    }
}
