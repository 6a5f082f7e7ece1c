import CRabbitMQ

extension BrokerHandle {
    /// The next message or method, without waiting; nil if none is complete. Sends heartbeats that are due, and throws if the broker
    /// missed its own.
    func next() throws(BrokerError) -> BrokerFrame? {
        var frame = unsafe amqp_frame_t()
        while true {
            var limit = timeval()
            let status = unsafe amqp_simple_wait_frame_noblock(state, &frame, &limit)
            if status == AMQP_STATUS_TIMEOUT.rawValue { return nil }
            try check(status)
            if let complete = unsafe try read(frame) { return complete }
        }
    }

    /// Whether `next` has data that is already read from the socket, which `poll` does not report.
    var hasBuffered: Bool { unsafe amqp_frames_enqueued(state) != 0 || amqp_data_in_buffer(state) != 0 }

    /// Releases the memory of the frames that were read.
    func release() {
        contentsSinceRelease = 0
        unsafe amqp_maybe_release_buffers(state)
    }

    private func read(_ frame: amqp_frame_t) throws(BrokerError) -> BrokerFrame? {
        let amqpChannel = unsafe frame.channel
        switch unsafe Int32(frame.frame_type) {
        case AMQP_FRAME_METHOD: return unsafe try read(frame.payload.method, amqpChannel)
        case AMQP_FRAME_HEADER:
            guard var assembly = take(amqpChannel) else { throw .unreachable("received a content header without a method") }
            unsafe assembly.missing = Int(frame.payload.properties.body_size)
            if let decoded = unsafe frame.payload.properties.decoded {
                unsafe assembly.properties = MessageProperties(decoded.assumingMemoryBound(to: amqp_basic_properties_t.self))
            }
            return finish(assembly, amqpChannel)
        case AMQP_FRAME_BODY:
            guard var assembly = take(amqpChannel) else { throw .unreachable("received a body without a method") }
            let part = unsafe frame.payload.body_fragment
            let bytes = unsafe UnsafeRawBufferPointer(start: part.bytes, count: part.len)
            if assembly.body.isEmpty, bytes.count < assembly.missing { assembly.body.reserveCapacity(assembly.missing) }
            unsafe assembly.body.append(contentsOf: bytes)
            assembly.missing -= bytes.count
            return finish(assembly, amqpChannel)
        default: return nil
        }
    }

    private func read(_ method: amqp_method_t, _ amqpChannel: UInt16) throws(BrokerError) -> BrokerFrame? {
        let decoded = unsafe method.decoded!
        switch unsafe method.id {
        case posthorn_deliver:
            let fields = unsafe decoded.assumingMemoryBound(to: amqp_basic_deliver_t.self).pointee
            unsafe put(
                Assembly(
                    kind: .delivery(number: fields.delivery_tag, isRedelivered: fields.redelivered != 0),
                    exchange: Self.text(fields.exchange), routingKey: Self.text(fields.routing_key)), amqpChannel)
            return nil
        case posthorn_return:
            let fields = unsafe decoded.assumingMemoryBound(to: amqp_basic_return_t.self).pointee
            unsafe put(
                Assembly(
                    kind: .returned(code: Int(fields.reply_code), text: Self.text(fields.reply_text)),
                    exchange: Self.text(fields.exchange), routingKey: Self.text(fields.routing_key)), amqpChannel)
            return nil
        case posthorn_ack:
            let fields = unsafe decoded.assumingMemoryBound(to: amqp_basic_ack_t.self).pointee
            return .confirmed(amqpChannel: amqpChannel, number: fields.delivery_tag, multiple: fields.multiple != 0)
        case posthorn_nack:
            let fields = unsafe decoded.assumingMemoryBound(to: amqp_basic_nack_t.self).pointee
            return .refused(amqpChannel: amqpChannel, number: fields.delivery_tag, multiple: fields.multiple != 0)
        case posthorn_channel_open_ok: return .answered(amqpChannel: amqpChannel, .amqpChannelOpened)
        case posthorn_confirm_select_ok: return .answered(amqpChannel: amqpChannel, .confirmsSelected)
        case posthorn_qos_ok: return .answered(amqpChannel: amqpChannel, .prefetchSet)
        case posthorn_queue_declare_ok: return .answered(amqpChannel: amqpChannel, .queueDeclared)
        case posthorn_queue_bind_ok: return .answered(amqpChannel: amqpChannel, .queueBound)
        case posthorn_consume_ok: return .answered(amqpChannel: amqpChannel, .consuming)
        case posthorn_cancel_ok: return .answered(amqpChannel: amqpChannel, .cancelled)
        case posthorn_channel_close_ok: return .answered(amqpChannel: amqpChannel, .amqpChannelClosed)
        case posthorn_cancel: return .queueConsumerCancelled(amqpChannel: amqpChannel)
        case posthorn_channel_close:
            let fields = unsafe decoded.assumingMemoryBound(to: amqp_channel_close_t.self).pointee
            let (code, text) = unsafe (Int(fields.reply_code), Self.text(fields.reply_text))
            var answer = amqp_channel_close_ok_t()
            try unsafe send(posthorn_channel_close_ok, &answer, on: amqpChannel)
            _ = take(amqpChannel)
            return .amqpChannelClosed(amqpChannel: amqpChannel, code: code, text: text)
        case posthorn_connection_close:
            let fields = unsafe decoded.assumingMemoryBound(to: amqp_connection_close_t.self).pointee
            let (code, text) = unsafe (Int(fields.reply_code), Self.text(fields.reply_text))
            var answer = amqp_connection_close_ok_t()
            try? unsafe send(posthorn_connection_close_ok, &answer, on: 0)
            return .connectionClosed(code: code, text: text)
        case posthorn_connection_blocked:
            let fields = unsafe decoded.assumingMemoryBound(to: amqp_connection_blocked_t.self).pointee
            return unsafe .blocked(reason: Self.text(fields.reason))
        case posthorn_connection_unblocked: return .unblocked
        default: return nil
        }
    }

    private func take(_ amqpChannel: UInt16) -> Assembly? {
        guard Int(amqpChannel) < assemblies.count else { return nil }
        defer { assemblies[Int(amqpChannel)] = nil }
        return assemblies[Int(amqpChannel)]
    }

    private func put(_ assembly: Assembly, _ amqpChannel: UInt16) {
        while Int(amqpChannel) >= assemblies.count { assemblies.append(nil) }
        assemblies[Int(amqpChannel)] = assembly
    }

    private func finish(_ assembly: Assembly, _ amqpChannel: UInt16) -> BrokerFrame? {
        guard assembly.missing <= 0 else {
            put(assembly, amqpChannel)
            return nil
        }
        contentsSinceRelease += 1
        if contentsSinceRelease >= 64 { release() }
        switch assembly.kind {
        case .delivery(let number, let isRedelivered):
            return .delivered(
                amqpChannel: amqpChannel,
                Delivery(
                    tag: DeliveryTag(epoch: epochs[amqpChannel] ?? 0, number: number), exchange: assembly.exchange,
                    routingKey: assembly.routingKey, isRedelivered: isRedelivered, properties: assembly.properties,
                    body: assembly.body))
        case .returned(let code, let text):
            return .returned(
                amqpChannel: amqpChannel,
                ReturnedMessage(
                    exchange: assembly.exchange, routingKey: assembly.routingKey, messageID: assembly.properties.messageID,
                    code: code, text: text))
        }
    }
}
