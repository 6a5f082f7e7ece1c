import CRabbitMQ

extension BrokerHandle {
    /// Writes one message: persistent and mandatory. It must have no ``OutgoingMessage/problem``.
    func publish(_ message: OutgoingMessage, on channel: UInt16) throws(BrokerError) {
        let properties = message.properties
        scratch.reserve(bytes: message.headSize, entries: properties.headers.count)
        var fields = unsafe amqp_basic_properties_t()
        unsafe fields._flags = UInt32(AMQP_BASIC_DELIVERY_MODE_FLAG)
        unsafe fields.delivery_mode = UInt8(AMQP_DELIVERY_PERSISTENT.rawValue)
        if !properties.headers.isEmpty {
            unsafe fields._flags |= UInt32(AMQP_BASIC_HEADERS_FLAG)
            unsafe fields.headers = unsafe scratch.table(properties.headers)
        }
        unsafe place(properties.contentType, AMQP_BASIC_CONTENT_TYPE_FLAG, in: &fields.content_type, &fields._flags)
        unsafe place(properties.correlationID, AMQP_BASIC_CORRELATION_ID_FLAG, in: &fields.correlation_id, &fields._flags)
        unsafe place(properties.messageID, AMQP_BASIC_MESSAGE_ID_FLAG, in: &fields.message_id, &fields._flags)
        unsafe place(properties.type, AMQP_BASIC_TYPE_FLAG, in: &fields.type, &fields._flags)
        unsafe place(properties.userID, AMQP_BASIC_USER_ID_FLAG, in: &fields.user_id, &fields._flags)
        if let timestamp = properties.timestamp {
            unsafe fields._flags |= UInt32(AMQP_BASIC_TIMESTAMP_FLAG)
            unsafe fields.timestamp = UInt64(bitPattern: timestamp)
        }
        let exchange = unsafe scratch.place(message.exchange)
        let routingKey = unsafe scratch.place(message.routingKey)
        let status = unsafe message.body.withUnsafeBytes { body in
            unsafe amqp_basic_publish(
                state, channel, exchange, routingKey, 1, 0, &fields,
                amqp_bytes_t(len: body.count, bytes: UnsafeMutableRawPointer(mutating: body.baseAddress)))
        }
        try check(status)
    }

    private func place(_ text: String?, _ flag: Int32, in field: inout amqp_bytes_t, _ flags: inout amqp_flags_t) {
        guard let text else { return }
        unsafe field = unsafe scratch.place(text)
        flags |= UInt32(flag)
    }

    func send(_ command: BrokerCommand, on channel: UInt16) throws(BrokerError) {
        switch command {
        case .openChannel:
            var method = unsafe amqp_channel_open_t()
            try unsafe send(posthorn_channel_open, &method, on: channel)
        case .selectConfirms:
            var method = amqp_confirm_select_t()
            try unsafe send(posthorn_confirm_select, &method, on: channel)
        case .prefetch(let count):
            var method = amqp_basic_qos_t(prefetch_size: 0, prefetch_count: UInt16(clamping: count), global: 0)
            try unsafe send(posthorn_qos, &method, on: channel)
        case .declareOwn(let queue):
            scratch.reserve(bytes: queue.utf8.count, entries: 0)
            var method = unsafe amqp_queue_declare_t()
            unsafe method.queue = unsafe scratch.place(queue)
            unsafe method.exclusive = 1
            unsafe method.auto_delete = 1
            try unsafe send(posthorn_queue_declare, &method, on: channel)
        case .bind(let queue, let exchange, let routingKey):
            scratch.reserve(bytes: queue.utf8.count + exchange.utf8.count + routingKey.utf8.count, entries: 0)
            var method = unsafe amqp_queue_bind_t()
            unsafe method.queue = unsafe scratch.place(queue)
            unsafe method.exchange = unsafe scratch.place(exchange)
            unsafe method.routing_key = unsafe scratch.place(routingKey)
            try unsafe send(posthorn_queue_bind, &method, on: channel)
        case .consume(let queue, let exclusive):
            scratch.reserve(bytes: queue.utf8.count + 16, entries: 0)
            var method = unsafe amqp_basic_consume_t()
            unsafe method.queue = unsafe scratch.place(queue)
            unsafe method.consumer_tag = unsafe scratch.place(Self.consumerTag(channel))
            unsafe method.exclusive = exclusive ? 1 : 0
            try unsafe send(posthorn_consume, &method, on: channel)
        case .cancel:
            scratch.reserve(bytes: 16, entries: 0)
            var method = unsafe amqp_basic_cancel_t()
            unsafe method.consumer_tag = unsafe scratch.place(Self.consumerTag(channel))
            try unsafe send(posthorn_cancel, &method, on: channel)
        case .closeChannel:
            var method = unsafe amqp_channel_close_t()
            unsafe method.reply_code = UInt16(AMQP_REPLY_SUCCESS)
            try unsafe send(posthorn_channel_close, &method, on: channel)
        case .acknowledge(let number, let multiple):
            try check(unsafe amqp_basic_ack(state, channel, number, multiple ? 1 : 0))
        case .reject(let number, let requeue):
            // From RabbitMQ 4.3 on a nack that requeues does not count towards the delivery limit, and a reject does; before, both do, and so
            // does a closed channel (docs/decisions/0026-lanes-drain-side-by-side.md).
            try check(
                requeue
                    ? unsafe amqp_basic_nack(state, channel, number, 0, 1) : unsafe amqp_basic_reject(state, channel, number, 0))
        }
    }

    /// Each channel has one consumer at most.
    private static func consumerTag(_ channel: UInt16) -> String { "posthorn-\(channel)" }

    func send(_ method: amqp_method_number_t, _ fields: UnsafeMutableRawPointer, on channel: UInt16) throws(BrokerError) {
        try check(unsafe amqp_send_method(state, channel, method, fields))
    }
}
