import CMicroHTTPD
import Glibc

/// What libmicrohttpd's threads call. Each request has an `Exchange`, retained from the request line (`target`) to the end (`completed`).
extension MicroHTTPDHandle {
    static func connectionChanged(
        _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
        _ place: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ change: MHD_ConnectionNotificationCode
    ) {
        guard let context = unsafe context, let connection = unsafe connection, let place = unsafe place else { return }
        let core = unsafe core(at: context)
        if change == .CONNECTION_NOTIFY_STARTED {
            let entry = unsafe core.connectionOpened(
                descriptor: posthorn_http_descriptor(connection), client: client(at: posthorn_http_client(connection)))
            unsafe place.pointee = Unmanaged.passRetained(entry).toOpaque()
        } else if let kept = unsafe place.pointee {
            unsafe core.watch.closed(Unmanaged<ConnectionWatch.Entry>.fromOpaque(kept).takeRetainedValue())
            unsafe place.pointee = nil
        }
    }

    /// The request line is there. What is returned comes back as the exchange of each later call.
    static func target(_ context: UnsafeMutableRawPointer?, _ text: UnsafePointer<CChar>?, _ connection: OpaquePointer?)
        -> UnsafeMutableRawPointer?
    {
        guard let context = unsafe context, let text = unsafe text, let connection = unsafe connection,
            let entry = unsafe posthorn_http_socket_context(connection)
        else { return nil }
        let exchange = unsafe core(at: context).requestBegan(
            target: bytes(of: text), on: Unmanaged<ConnectionWatch.Entry>.fromOpaque(entry).takeUnretainedValue())
        return unsafe Unmanaged.passRetained(exchange).toOpaque()
    }

    /// Called with the head, then with each piece of the body, then with its end, and once more whenever the connection was resumed.
    static func access(
        _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ method: UnsafePointer<CChar>?,
        _ piece: UnsafePointer<CChar>?, _ size: UnsafeMutablePointer<Int>?,
        _ kept: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> MHD_Result {
        guard let context = unsafe context, let connection = unsafe connection, let method = unsafe method,
            let size = unsafe size,
            let opaque = unsafe kept?.pointee
        else { return .NO }
        let core = unsafe core(at: context)
        let exchange = unsafe Unmanaged<Exchange>.fromOpaque(opaque).takeUnretainedValue()
        let step: Exchange.Step
        if exchange.awaitsHead {
            step = unsafe core.head(of: exchange, method: String(cString: method), headers: headers(of: connection))
        } else if exchange.awaitsAdmission {
            step = exchange.admitted()
        } else if let piece = unsafe piece, unsafe size.pointee > 0 {
            step = unsafe piece.withMemoryRebound(to: UInt8.self, capacity: size.pointee) {
                unsafe exchange.body(UnsafeBufferPointer(start: $0, count: size.pointee))
            }
            unsafe size.pointee = 0
        } else {
            step = exchange.end()
        }
        switch step {
        case .goOn: return .YES
        case .hangUp: return .NO
        case .answer(let response):
            return unsafe queue(response, endsConnection: core.endsConnections, on: connection)
        case .decide(let ask):
            let suspended = unsafe SuspendedConnection(connection)
            if core.decide(ask, on: exchange, resume: suspended.resume) { return .YES }
            exchange.decided(.refused(.stopping))
            suspended.resume()
            return .YES
        case .handle(let request):
            let suspended = unsafe SuspendedConnection(connection)
            if core.handle(request, of: exchange, resume: suspended.resume) { return .YES }
            exchange.answer(.stopping)
            suspended.resume()
            return .YES
        }
    }

    static func completed(_ context: UnsafeMutableRawPointer?, _ kept: UnsafeMutablePointer<UnsafeMutableRawPointer?>?) {
        guard let context = unsafe context, let opaque = unsafe kept?.pointee else { return }
        unsafe core(at: context).requestEnded(Unmanaged<Exchange>.fromOpaque(opaque).takeRetainedValue())
        unsafe kept?.pointee = nil
    }

    private static func core(at context: UnsafeMutableRawPointer) -> ServerCore {
        unsafe Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
    }

    private static func bytes(of text: UnsafePointer<CChar>) -> [UInt8] {
        let length = unsafe strlen(text)
        return unsafe text.withMemoryRebound(to: UInt8.self, capacity: length) { pointer in
            unsafe Array(UnsafeBufferPointer(start: pointer, count: length))
        }
    }
}

/// A connection that waits for its handler.
///
/// `@unchecked Sendable`: libmicrohttpd keeps a suspended connection until it is resumed, and resuming is allowed on any thread.
@safe private struct SuspendedConnection: @unchecked Sendable {
    private let connection: OpaquePointer

    init(_ connection: OpaquePointer) {
        unsafe self.connection = connection
        unsafe MHD_suspend_connection(connection)
    }

    /// Called once. The server's thread asks the exchange again and finds the answer.
    func resume() { unsafe MHD_resume_connection(connection) }
}
