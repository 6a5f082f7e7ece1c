import CCurl

extension CurlHandle {
    /// Stands for a timer where libcurl expects a socket.
    static var noSocket: curl_socket_t { CURL_SOCKET_BAD }
}

/// The sockets that libcurl wants to know of, and a way to end the wait for them (`epoll(7)`, `eventfd(2)`).
///
/// Any thread may call `wakeUp`; the rest belongs to one.
final class SocketWatch: Sendable {
    /// A socket and what it is ready for, as libcurl's `CURL_CSELECT_…`.
    typealias Ready = (socket: curl_socket_t, events: Int32)

    private static let batch = 128

    private let epoll: Int32
    private let bell: Int32

    init() {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        bell = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        precondition(epoll >= 0 && bell >= 0, "the system has no more descriptors")
        set(EPOLL_CTL_ADD, bell, EPOLLIN.rawValue)
    }

    deinit {
        close(bell)
        close(epoll)
    }

    /// - Parameters:
    ///   - interest: libcurl's `CURL_POLL_…`.
    ///   - isNew: whether there was no interest in it before.
    func watch(_ socket: curl_socket_t, _ interest: Int32, isNew: Bool) {
        let events: UInt32? =
            switch interest {
            case CURL_POLL_IN: EPOLLIN.rawValue
            case CURL_POLL_OUT: EPOLLOUT.rawValue
            case CURL_POLL_INOUT: EPOLLIN.rawValue | EPOLLOUT.rawValue
            default: nil
            }
        if let events {
            set(isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, events)
        } else {
            set(EPOLL_CTL_DEL, socket, 0)
        }
    }

    /// Returns what is ready, at the latest after the limit, or at once after `wakeUp`.
    func wait(atMost limit: Duration) -> [Ready] {
        unsafe withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.batch) { events in
            let milliseconds = limit <= .zero ? 0 : Int32(clamping: CurlHandle.milliseconds(limit))
            let count = unsafe epoll_wait(epoll, events.baseAddress, Int32(Self.batch), milliseconds)
            var ready: [Ready] = []
            ready.reserveCapacity(max(0, Int(count)))
            for index in 0..<max(0, Int(count)) {
                let event = unsafe events[index]
                if unsafe event.data.fd == bell {
                    var rung = eventfd_t()
                    _ = unsafe eventfd_read(bell, &rung)
                } else {
                    unsafe ready.append((event.data.fd, Self.readiness(event.events)))
                }
            }
            return ready
        }
    }

    func wakeUp() { _ = eventfd_write(bell, 1) }

    private static func readiness(_ events: UInt32) -> Int32 {
        var readiness: Int32 = 0
        if events & (EPOLLIN.rawValue | EPOLLHUP.rawValue) != 0 { readiness |= CURL_CSELECT_IN }
        if events & EPOLLOUT.rawValue != 0 { readiness |= CURL_CSELECT_OUT }
        if events & EPOLLERR.rawValue != 0 { readiness |= CURL_CSELECT_ERR }
        return readiness
    }

    private func set(_ operation: Int32, _ socket: Int32, _ events: UInt32) {
        var event = unsafe epoll_event(events: events, data: epoll_data(fd: socket))
        _ = unsafe epoll_ctl(epoll, operation, socket, &event)
    }
}
