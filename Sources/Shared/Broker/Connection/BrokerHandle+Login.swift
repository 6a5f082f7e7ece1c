import CRabbitMQ
import Foundation

extension BrokerHandle {
    /// The CA bundles of common distributions. This version of librabbitmq does not load the system's bundle itself.
    private static let systemAuthorities = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
    ]

    static func connect(_ state: amqp_connection_state_t, _ settings: BrokerSettings) throws(BrokerError) {
        var limit = timeval(settings.connectLimit)
        let socket =
            unsafe try settings.tls.map { tls throws(BrokerError) in unsafe try encryptedSocket(state, tls) }
            ?? amqp_tcp_socket_new(state)
        guard let socket = unsafe socket else { throw .unreachable("out of memory") }
        let status = unsafe amqp_socket_open_noblock(socket, settings.host, Int32(settings.port), &limit)
        guard status == AMQP_STATUS_OK.rawValue else {
            throw .unreachable("\(settings.host), port \(settings.port): \(text(ofStatus: status))")
        }
    }

    private static func encryptedSocket(_ state: amqp_connection_state_t, _ tls: BrokerSettings.TLS) throws(BrokerError)
        -> OpaquePointer?
    {
        guard let socket = unsafe amqp_ssl_socket_new(state) else { return nil }
        let authorities =
            tls.certificateAuthority ?? systemAuthorities.first { FileManager.default.isReadableFile(atPath: $0) }
            ?? systemAuthorities[0]
        guard unsafe amqp_ssl_socket_set_cacert(socket, authorities) == AMQP_STATUS_OK.rawValue else {
            throw .unreachable("cannot load the certificate authorities from \(authorities)")
        }
        unsafe amqp_ssl_socket_set_verify_peer(socket, 1)
        unsafe amqp_ssl_socket_set_verify_hostname(socket, 1)
        _ = unsafe amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST)
        return unsafe socket
    }

    /// The library has no write timeout: without this, a broker that stops reading would block the thread forever.
    static func limitWrites(_ descriptor: Int32, _ limit: Duration) {
        var milliseconds = UInt32(max(1, limit / .milliseconds(1)))
        _ = unsafe setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &milliseconds, socklen_t(MemoryLayout<UInt32>.size))
    }

    static func logIn(_ state: amqp_connection_state_t, _ settings: BrokerSettings, name: String) throws(BrokerError) {
        var limit = timeval(settings.connectLimit)
        unsafe amqp_set_handshake_timeout(state, &limit)
        let reply = unsafe withClientProperties(name: name) { properties in
            unsafe posthorn_login(
                state, settings.virtualHost, Int32(settings.heartbeat.components.seconds), properties, settings.user,
                settings.password.reveal())
        }
        guard let problem = unsafe problem(reply) else { return }
        switch problem {
        case .closedByBroker(403, let text), .closedByBroker(530, let text): throw .loginRefused(text)
        default: throw problem
        }
    }

    /// The error of a synchronous call; nil if it succeeded.
    static func problem(_ reply: amqp_rpc_reply_t) -> BrokerError? {
        switch unsafe reply.reply_type {
        case AMQP_RESPONSE_NORMAL: return nil
        case AMQP_RESPONSE_SERVER_EXCEPTION:
            // `channel.close` and `connection.close` both begin with the code and the text.
            guard let close = unsafe reply.reply.decoded?.assumingMemoryBound(to: amqp_channel_close_t.self).pointee else {
                return .unreachable("the broker closed the connection")
            }
            return unsafe .closedByBroker(code: Int(close.reply_code), text: text(close.reply_text))
        default: return .unreachable(text(ofStatus: unsafe reply.library_error))
        }
    }

    /// Of these, the library's default only sends the first and the last.
    private static func withClientProperties<R>(name: String, _ body: (UnsafePointer<amqp_table_t>) -> R) -> R {
        let scratch = ScratchHandle()
        let capabilities = [
            "authentication_failure_close", "basic.nack", "connection.blocked", "consumer_cancel_notify", "publisher_confirms",
            "exchange_exchange_bindings",
        ]
        let texts = [("product", "Posthorn"), ("connection_name", name)]
        scratch.reserve(bytes: 512 + name.utf8.count, entries: capabilities.count + texts.count + 1)
        let flags = unsafe scratch.table(capabilities.map { Header($0, true) })
        var entries = unsafe scratch.table(texts.map { Header($0.0, $0.1) }, andTable: flags, named: "capabilities")
        return unsafe body(&entries)
    }
}

extension timeval {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    }
}
