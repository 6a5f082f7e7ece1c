import CMicroHTTPD
import Glibc

/// One running libmicrohttpd server and the socket on which it listens.
///
/// `@unchecked Sendable`: both are set once in `init`; libmicrohttpd locks its own state, and `stop` is called once, last.
@safe final class MicroHTTPDHandle: @unchecked Sendable {
    private let daemon: OpaquePointer
    private let listener: Int32
    /// The threads hold an unretained pointer to it until `stop` returns.
    private let core: ServerCore
    let port: UInt16

    init(address: ListenAddress, core: ServerCore) throws(HTTPServerError) {
        let listener = try Self.listen(on: address)
        var options = unsafe posthorn_http_options()
        unsafe options.listen_socket = listener
        unsafe options.connection_limit = UInt32(core.settings.connectionLimit)
        unsafe options.threads = UInt32(core.settings.threads)
        unsafe options.connection_memory = 16 * 1024
        unsafe options.idle_seconds = UInt32(max(1, (core.settings.idleLimit / .seconds(1)).rounded(.up)))
        unsafe options.context = Unmanaged.passUnretained(core).toOpaque()
        unsafe options.target = { unsafe MicroHTTPDHandle.target($0, $1, $2) }
        unsafe options.access = { context, connection, _, method, _, piece, size, exchange in
            unsafe MicroHTTPDHandle.access(context, connection, method, piece, size, exchange)
        }
        unsafe options.completed = { context, _, exchange, _ in unsafe MicroHTTPDHandle.completed(context, exchange) }
        unsafe options.connection_changed = { unsafe MicroHTTPDHandle.connectionChanged($0, $1, $2, $3) }
        let flags = MHD_USE_EPOLL_INTERNAL_THREAD.rawValue | MHD_ALLOW_SUSPEND_RESUME.rawValue
        guard let daemon = unsafe posthorn_http_start(flags, &options) else {
            let why = unsafe String(cString: strerror(errno))
            Glibc.close(listener)
            throw .cannotStart(why: why)
        }
        unsafe self.daemon = daemon
        self.listener = listener
        self.core = core
        port = Self.port(of: listener)
    }

    /// No further connection is taken; those that are open go on.
    func stopListening() {
        unsafe MHD_quiesce_daemon(daemon)
        // The number stays taken until the threads are gone, so that none of them can meet another's descriptor under it.
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// Closes every connection and waits for the threads, so it must not run on Swift's own. No request may be at its handler.
    func stop() {
        unsafe MHD_stop_daemon(daemon)
        Glibc.close(listener)
    }
}
