import Model
import Testing

@testable import Senders

@Suite("The age of what waits is known without a look at the queue")
struct QueuePositionTests {
    private func time(_ seconds: Int64) -> Timestamp { Timestamp(seconds: seconds) }

    @Test func `what waits was accepted after what was taken last`() {
        var position = QueuePosition()
        #expect(position.oldest == .unknown)
        position.took(time(10))
        #expect(position.oldest == .notBefore(time(10)))
    }

    @Test func `what a worker returns to the head is the oldest`() {
        var position = QueuePosition()
        position.took(time(10))
        position.stopped(oldestUnbegun: nil, hadRoom: false, at: time(20))
        position.stopped(oldestUnbegun: time(12), hadRoom: false, at: time(20))
        #expect(position.oldest == .exactly(time(12)))
        // Another worker returns later ones.
        position.stopped(oldestUnbegun: time(14), hadRoom: false, at: time(20))
        #expect(position.oldest == .exactly(time(12)))
        position.took(time(12))
        #expect(position.oldest == .notBefore(time(12)))
    }

    @Test func `if a worker that stops had room, the queue was empty`() {
        var position = QueuePosition()
        position.took(time(10))
        position.stopped(oldestUnbegun: nil, hadRoom: true, at: time(20))
        #expect(position.oldest == .notBefore(time(20)))
    }
}
