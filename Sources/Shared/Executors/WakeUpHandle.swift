import CEvents

/// An eventfd that wakes a waiting thread.
final class WakeUpHandle: Sendable {
    private let descriptor: Int32

    init() {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        precondition(descriptor >= 0, "cannot create an eventfd")
    }

    deinit { close(descriptor) }

    func wake() { _ = eventfd_write(descriptor, 1) }

    /// Returns when woken, when the watched descriptor is ready or has an error, or at the deadline.
    func wait(_ watch: Watch) {
        let events = Int16(POLLIN) | (watch.alsoWritable ? Int16(POLLOUT) : 0)
        var entries = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: watch.descriptor ?? -1, events: events, revents: 0),
        ]
        let ready = unsafe poll(&entries, 2, Self.milliseconds(until: watch.deadline))
        if ready > 0, entries[0].revents != 0 {
            var count = eventfd_t()
            _ = unsafe eventfd_read(descriptor, &count)
        }
    }

    /// Rounded up, so that the deadline has passed when the wait ends; -1 waits without a limit.
    private static func milliseconds(until deadline: ContinuousClock.Instant?) -> Int32 {
        guard let deadline else { return -1 }
        let left = ContinuousClock.now.duration(to: deadline)
        return left <= .zero ? 0 : Int32(min(left / .milliseconds(1) + 1, 3_600_000))
    }
}
