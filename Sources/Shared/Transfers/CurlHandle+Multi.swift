import CCurl

/// The `curl_multi` of one loop: it owns the connections and runs the transfers that are added to it.
///
/// Sendable: `wakeUp` may be called from any thread while the object lives (`curl_multi_wakeup` is made for that); everything else is
/// called by the loop's thread alone, and the last owner frees it.
@safe final class CurlMulti: @unchecked Sendable {
    private let multi: UnsafeMutableRawPointer

    /// - Parameter connections: how many are kept open for later calls.
    init(connections: Int) {
        precondition(CurlHandle.isReady, "libcurl cannot be initialised")
        guard let multi = unsafe curl_multi_init() else { fatalError("libcurl has no memory for a loop") }
        unsafe self.multi = unsafe multi
        _ = unsafe posthorn_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, connections)
        _ = unsafe posthorn_curl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
    }

    deinit { _ = unsafe curl_multi_cleanup(multi) }

    func add(_ transfer: HTTPTransfer) { _ = unsafe curl_multi_add_handle(multi, transfer.easy) }

    func remove(_ transfer: HTTPTransfer) { _ = unsafe curl_multi_remove_handle(multi, transfer.easy) }

    /// Moves every transfer on as far as it goes without waiting.
    func perform() {
        var running: Int32 = 0
        _ = unsafe curl_multi_perform(multi, &running)
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

    /// Waits until a connection has something to do, a timer is due, or somebody calls `wakeUp`.
    func wait(atMost limit: Duration) {
        _ = unsafe curl_multi_poll(multi, nil, 0, Int32(CurlHandle.milliseconds(limit)), nil)
    }

    /// Ends a `wait`, or the next one. Any thread.
    func wakeUp() { _ = unsafe curl_multi_wakeup(multi) }
}
