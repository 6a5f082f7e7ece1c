import CRabbitMQ

extension BrokerHandle {
    /// Writes one message, persistent and mandatory. Its ``OutgoingMessage/problem`` must be nil.
    func publish(_ message: OutgoingMessage, on amqpChannel: UInt16) throws(BrokerError) {
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
                state, amqpChannel, exchange, routingKey, 1, 0, &fields,
                amqp_bytes_t(len: body.count, bytes: UnsafeMutableRawPointer(mutating: body.baseAddress)))
        }
        try check(status)
    }

    private func place(_ text: String?, _ flag: Int32, in field: inout amqp_bytes_t, _ flags: inout amqp_flags_t) {
        guard let text else { return }
        unsafe field = unsafe scratch.place(text)
        flags |= UInt32(flag)
    }

    func send(_ command: BrokerCommand, on amqpChannel: UInt16) throws(BrokerError) {
        switch command {
        case .openAMQPChannel:
            var method = unsafe amqp_channel_open_t()
            try unsafe send(posthorn_channel_open, &method, on: amqpChannel)
        case .selectConfirms:
            var method = amqp_confirm_select_t()
            try unsafe send(posthorn_confirm_select, &method, on: amqpChannel)
        case .prefetch(let count):
            var method = amqp_basic_qos_t(prefetch_size: 0, prefetch_count: UInt16(clamping: count), global: 0)
            try unsafe send(posthorn_qos, &method, on: amqpChannel)
        case .declareOwn(let queue):
            scratch.reserve(bytes: queue.utf8.count, entries: 0)
            var method = unsafe amqp_queue_declare_t()
            unsafe method.queue = unsafe scratch.place(queue)
            unsafe method.exclusive = 1
            unsafe method.auto_delete = 1
            try unsafe send(posthorn_queue_declare, &method, on: amqpChannel)
        case .bind(let queue, let exchange, let routingKey):
            scratch.reserve(bytes: queue.utf8.count + exchange.utf8.count + routingKey.utf8.count, entries: 0)
            var method = unsafe amqp_queue_bind_t()
            unsafe method.queue = unsafe scratch.place(queue)
            unsafe method.exchange = unsafe scratch.place(exchange)
            unsafe method.routing_key = unsafe scratch.place(routingKey)
            try unsafe send(posthorn_queue_bind, &method, on: amqpChannel)
        case .consume(let queue, let exclusive):
            scratch.reserve(bytes: queue.utf8.count + 16, entries: 0)
            var method = unsafe amqp_basic_consume_t()
            unsafe method.queue = unsafe scratch.place(queue)
            unsafe method.consumer_tag = unsafe scratch.place(Self.queueConsumerTag(amqpChannel))
            unsafe method.exclusive = exclusive ? 1 : 0
            try unsafe send(posthorn_consume, &method, on: amqpChannel)
        case .cancel:
            scratch.reserve(bytes: 16, entries: 0)
            var method = unsafe amqp_basic_cancel_t()
            unsafe method.consumer_tag = unsafe scratch.place(Self.queueConsumerTag(amqpChannel))
            try unsafe send(posthorn_cancel, &method, on: amqpChannel)
        case .closeAMQPChannel:
            var method = unsafe amqp_channel_close_t()
            unsafe method.reply_code = UInt16(AMQP_REPLY_SUCCESS)
            try unsafe send(posthorn_channel_close, &method, on: amqpChannel)
        case .acknowledge(let number, let multiple):
            try check(unsafe amqp_basic_ack(state, amqpChannel, number, multiple ? 1 : 0))
        case .reject(let number, let requeue):
            // Since RabbitMQ 4.3, a nack that requeues does not count towards the delivery limit but a reject does. Before 4.3, both count,
            // and so does a closed AMQP channel (docs/decisions/0026-lanes-drain-side-by-side.md).
            try check(
                requeue
                    ? unsafe amqp_basic_nack(state, amqpChannel, number, 0, 1)
                    : unsafe amqp_basic_reject(state, amqpChannel, number, 0))
        }
    }

    /// An AMQP channel has at most one queue consumer.
    private static func queueConsumerTag(_ amqpChannel: UInt16) -> String { "posthorn-\(amqpChannel)" }

    func send(_ method: amqp_method_number_t, _ fields: UnsafeMutableRawPointer, on amqpChannel: UInt16) throws(BrokerError) {
        try check(unsafe amqp_send_method(state, amqpChannel, method, fields))
    }
}
