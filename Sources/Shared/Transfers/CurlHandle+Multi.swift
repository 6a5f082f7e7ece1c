import CCurl

/// The `curl_multi` of one loop: it owns the connections and runs the transfers that are added to it.
///
/// libcurl receives the sockets that are ready (`curl_multi_socket_action`), so a step costs as much as there is to do. Without them
/// (`curl_multi_perform`), it asks the system about each transfer that is under way (`docs/decisions/0014-ready-sockets-for-libcurl.md`).
///
/// Sendable: `wakeUp` may be called from any thread while the object lives; everything else is called by the loop's thread alone, and the
/// last owner frees it.
@safe final class CurlMulti: @unchecked Sendable {
    private let multi: UnsafeMutableRawPointer
    private let sockets = SocketWatch()
    /// When libcurl wants to be called even though no socket is ready.
    private var timer: ContinuousClock.Instant?

    /// - Parameter connections: how many are kept open for later calls.
    init(connections: Int) {
        precondition(CurlHandle.isReady, "libcurl cannot be initialised")
        guard let multi = unsafe curl_multi_init() else { fatalError("libcurl has no memory for a loop") }
        unsafe self.multi = unsafe multi
        _ = unsafe posthorn_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, connections)
        _ = unsafe posthorn_curl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        let me = unsafe Unmanaged.passUnretained(self).toOpaque()
        _ = unsafe posthorn_curl_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, me)
        _ = unsafe posthorn_curl_multi_set_pointer(multi, CURLMOPT_TIMERDATA, me)
        _ = unsafe posthorn_curl_multi_set_socket(multi) { _, socket, interest, me, known in
            unsafe CurlMulti.at(me).watch(socket, interest, isNew: known == nil)
            return 0
        }
        _ = unsafe posthorn_curl_multi_set_timer(multi) { _, milliseconds, me in
            unsafe CurlMulti.at(me).timer = milliseconds < 0 ? nil : .now + .milliseconds(milliseconds)
            return 0
        }
    }

    deinit {
        _ = unsafe posthorn_curl_multi_set_socket(multi, nil)
        _ = unsafe posthorn_curl_multi_set_timer(multi, nil)
        _ = unsafe curl_multi_cleanup(multi)
    }

    /// Adds a transfer, which begins with the next `advance`.
    func add(_ transfer: HTTPTransfer) { _ = unsafe curl_multi_add_handle(multi, transfer.easy) }

    func remove(_ transfer: HTTPTransfer) { _ = unsafe curl_multi_remove_handle(multi, transfer.easy) }

    /// Waits until a connection has something to do, a timer is due, or somebody calls `wakeUp`, and then moves on what can be.
    func advance(waitingAtMost limit: Duration) {
        let now = ContinuousClock.now
        let wait = timer.map { min(limit, max(.zero, now.duration(to: $0))) } ?? limit
        for ready in sockets.wait(atMost: wait) { act(on: ready.socket, ready.events) }
        if let timer, timer <= .now {
            self.timer = nil
            act(on: CurlHandle.noSocket, 0)
        }
    }

    /// The next transfer that has ended; it stays added until `remove`.
    func nextFinished() -> (transfer: HTTPTransfer, code: CURLcode)? {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE, let easy = unsafe message.pointee.easy_handle else { continue }
            let code = unsafe posthorn_curl_result(message)
            return unsafe (HTTPTransfer.owner(of: easy), code)
        }
        return nil
    }

    /// Ends a wait, or the next one. Any thread.
    func wakeUp() { sockets.wakeUp() }

    private func watch(_ socket: curl_socket_t, _ interest: Int32, isNew: Bool) {
        sockets.watch(socket, interest, isNew: isNew)
        // From now on libcurl hands this over with the socket, until it has no more interest in it.
        if isNew { _ = unsafe curl_multi_assign(multi, socket, multi) }
    }

    private func act(on socket: curl_socket_t, _ events: Int32) {
        var running: Int32 = 0
        _ = unsafe curl_multi_socket_action(multi, socket, events, &running)
    }

    private static func at(_ pointer: UnsafeMutableRawPointer?) -> CurlMulti {
        unsafe Unmanaged<CurlMulti>.fromOpaque(pointer!).takeUnretainedValue()
    }
}
