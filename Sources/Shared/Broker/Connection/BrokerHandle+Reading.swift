import CRabbitMQ

extension BrokerHandle {
    /// The next thing that the broker has said, without waiting; nil when there is nothing more yet. Sends heartbeats that are due, and
    /// throws when the broker's have stayed away.
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

    /// Whether `next` would answer from what has been read from the socket already, which a poll does not see.
    var hasBuffered: Bool { unsafe amqp_frames_enqueued(state) != 0 || amqp_data_in_buffer(state) != 0 }

    /// Gives back the memory of frames that were read.
    func release() {
        contentsSinceRelease = 0
        unsafe amqp_maybe_release_buffers(state)
    }

    private func read(_ frame: amqp_frame_t) throws(BrokerError) -> BrokerFrame? {
        let channel = unsafe frame.channel
        switch unsafe Int32(frame.frame_type) {
        case AMQP_FRAME_METHOD: return unsafe try read(frame.payload.method, channel)
        case AMQP_FRAME_HEADER:
            guard var assembly = take(channel) else { throw .unreachable("a content without a method") }
            unsafe assembly.missing = Int(frame.payload.properties.body_size)
            if let decoded = unsafe frame.payload.properties.decoded {
                unsafe assembly.properties = MessageProperties(decoded.assumingMemoryBound(to: amqp_basic_properties_t.self))
            }
            return finish(assembly, channel)
        case AMQP_FRAME_BODY:
            guard var assembly = take(channel) else { throw .unreachable("a body without a method") }
            let part = unsafe frame.payload.body_fragment
            let bytes = unsafe UnsafeRawBufferPointer(start: part.bytes, count: part.len)
            if assembly.body.isEmpty, bytes.count < assembly.missing { assembly.body.reserveCapacity(assembly.missing) }
            unsafe assembly.body.append(contentsOf: bytes)
            assembly.missing -= bytes.count
            return finish(assembly, channel)
        default: return nil
        }
    }

    private func read(_ method: amqp_method_t, _ channel: UInt16) throws(BrokerError) -> BrokerFrame? {
        let decoded = unsafe method.decoded!
        switch unsafe method.id {
        case posthorn_deliver:
            let fields = unsafe decoded.assumingMemoryBound(to: amqp_basic_deliver_t.self).pointee
            unsafe put(
                Assembly(
                    kind: .delivery(number: fields.delivery_tag, isRedelivered: fields.redelivered != 0),
                    exchange: Self.text(fields.exchange), routingKey: Self.text(fields.routing_key)), channel)
            return nil
        case posthorn_return:
            let fields = unsafe decoded.assumingMemoryBound(to: amqp_basic_return_t.self).pointee
            unsafe put(
                Assembly(
                    kind: .returned(code: Int(fields.reply_code), text: Self.text(fields.reply_text)),
                    exchange: Self.text(fields.exchange), routingKey: Self.text(fields.routing_key)), channel)
            return nil
        case posthorn_ack:
            let fields = unsafe decoded.assumingMemoryBound(to: amqp_basic_ack_t.self).pointee
            return .confirmed(channel: channel, number: fields.delivery_tag, multiple: fields.multiple != 0)
        case posthorn_nack:
            let fields = unsafe decoded.assumingMemoryBound(to: amqp_basic_nack_t.self).pointee
            return .refused(channel: channel, number: fields.delivery_tag, multiple: fields.multiple != 0)
        case posthorn_channel_open_ok: return .answered(channel: channel, .channelOpened)
        case posthorn_confirm_select_ok: return .answered(channel: channel, .confirmsSelected)
        case posthorn_qos_ok: return .answered(channel: channel, .prefetchSet)
        case posthorn_queue_declare_ok: return .answered(channel: channel, .queueDeclared)
        case posthorn_queue_bind_ok: return .answered(channel: channel, .queueBound)
        case posthorn_consume_ok: return .answered(channel: channel, .consuming)
        case posthorn_cancel_ok: return .answered(channel: channel, .cancelled)
        case posthorn_channel_close_ok: return .answered(channel: channel, .channelClosed)
        case posthorn_cancel: return .consumerCancelled(channel: channel)
        case posthorn_channel_close:
            let fields = unsafe decoded.assumingMemoryBound(to: amqp_channel_close_t.self).pointee
            let (code, text) = unsafe (Int(fields.reply_code), Self.text(fields.reply_text))
            var answer = amqp_channel_close_ok_t()
            try unsafe send(posthorn_channel_close_ok, &answer, on: channel)
            _ = take(channel)
            return .channelClosed(channel: channel, code: code, text: text)
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

    private func take(_ channel: UInt16) -> Assembly? {
        guard Int(channel) < assemblies.count else { return nil }
        defer { assemblies[Int(channel)] = nil }
        return assemblies[Int(channel)]
    }

    private func put(_ assembly: Assembly, _ channel: UInt16) {
        while Int(channel) >= assemblies.count { assemblies.append(nil) }
        assemblies[Int(channel)] = assembly
    }

    private func finish(_ assembly: Assembly, _ channel: UInt16) -> BrokerFrame? {
        guard assembly.missing <= 0 else {
            put(assembly, channel)
            return nil
        }
        contentsSinceRelease += 1
        if contentsSinceRelease >= 64 { release() }
        switch assembly.kind {
        case .delivery(let number, let isRedelivered):
            return .delivered(
                channel: channel,
                Delivery(
                    tag: DeliveryTag(epoch: epochs[channel] ?? 0, number: number), exchange: assembly.exchange,
                    routingKey: assembly.routingKey, isRedelivered: isRedelivered, properties: assembly.properties,
                    body: assembly.body))
        case .returned(let code, let text):
            return .returned(
                channel: channel,
                ReturnedMessage(
                    exchange: assembly.exchange, routingKey: assembly.routingKey, messageID: assembly.properties.messageID,
                    code: code, text: text))
        }
    }
}
