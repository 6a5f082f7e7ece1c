import CRabbitMQ

/// One connection of librabbitmq. Only this class and its extensions access the library's memory.
///
/// Used on one thread at a time. Every call returns without waiting, except `init`, `close` and the inspector's synchronous calls.
@safe final class BrokerHandle {
    /// A message that is not complete yet.
    struct Assembly {
        enum Kind {
            case delivery(number: UInt64, isRedelivered: Bool)
            case returned(code: Int, text: String)
        }
        let kind: Kind
        let exchange: String
        let routingKey: String
        var properties = MessageProperties()
        var body: [UInt8] = []
        var missing = 0
    }

    let state: amqp_connection_state_t
    let descriptor: Int32
    let isEncrypted: Bool
    /// By AMQP channel.
    var assemblies: [Assembly?] = Array(repeating: nil, count: 16)
    /// The epoch of the deliveries, by AMQP channel.
    var epochs: [UInt16: UInt32] = [:]
    var contentsSinceRelease = 0
    let scratch = ScratchHandle()

    /// Connects and logs in. Each of the two waits at most the settings' `connectLimit`.
    ///
    /// - Parameter writeLimit: if the broker does not accept written data for this long, the connection is closed.
    init(settings: BrokerSettings, name: String, writeLimit: Duration) throws(BrokerError) {
        guard let state = unsafe amqp_new_connection() else { throw .unreachable("out of memory") }
        do {
            try unsafe Self.connect(state, settings)
            descriptor = unsafe amqp_get_sockfd(state)
            Self.limitWrites(descriptor, writeLimit)
            try unsafe Self.logIn(state, settings, name: name)
        } catch {
            unsafe amqp_destroy_connection(state)
            throw error
        }
        unsafe self.state = unsafe state
        isEncrypted = settings.tls != nil
    }

    deinit { unsafe amqp_destroy_connection(state) }

    /// Closes the connection and waits at most one second for the broker's answer.
    func close() {
        guard isWritable else { return }
        var limit = timeval(tv_sec: 1, tv_usec: 0)
        unsafe amqp_set_rpc_timeout(state, &limit)
        _ = unsafe amqp_connection_close(state, AMQP_REPLY_SUCCESS)
    }

    /// Whether a write to the socket would not block now.
    var isWritable: Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&entry, 1, 0) > 0
    }

    /// Collects small writes into full packets until `uncork`.
    func cork() { setOption(TCP_CORK, 1) }
    func uncork() { setOption(TCP_CORK, 0) }

    private func setOption(_ option: Int32, _ value: Int32) {
        var value = value
        _ = unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    func check(_ status: Int32) throws(BrokerError) {
        if status < 0 { throw .unreachable(Self.text(ofStatus: status)) }
    }

    static func text(ofStatus status: Int32) -> String { unsafe String(cString: amqp_error_string2(status)) }

    static func text(_ bytes: amqp_bytes_t) -> String {
        let start = unsafe bytes.bytes?.assumingMemoryBound(to: UInt8.self)
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: start == nil ? 0 : bytes.len), as: UTF8.self)
    }
}
