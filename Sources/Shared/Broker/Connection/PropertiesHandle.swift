import CRabbitMQ

extension MessageProperties {
    /// Copies the properties that the library decoded.
    init(_ source: UnsafePointer<amqp_basic_properties_t>) {
        let fields = unsafe source.pointee
        let flags = unsafe fields._flags
        func text(_ flag: Int32, _ bytes: amqp_bytes_t) -> String? {
            flags & UInt32(flag) == 0 ? nil : unsafe BrokerHandle.text(bytes)
        }
        self.init(
            messageID: unsafe text(AMQP_BASIC_MESSAGE_ID_FLAG, fields.message_id),
            type: unsafe text(AMQP_BASIC_TYPE_FLAG, fields.type),
            contentType: unsafe text(AMQP_BASIC_CONTENT_TYPE_FLAG, fields.content_type),
            userID: unsafe text(AMQP_BASIC_USER_ID_FLAG, fields.user_id),
            correlationID: unsafe text(AMQP_BASIC_CORRELATION_ID_FLAG, fields.correlation_id),
            timestamp: flags & UInt32(AMQP_BASIC_TIMESTAMP_FLAG) == 0 ? nil : unsafe Int64(bitPattern: fields.timestamp),
            headers: flags & UInt32(AMQP_BASIC_HEADERS_FLAG) == 0 ? [] : unsafe Self.headers(fields.headers))
    }

    private static func headers(_ table: amqp_table_t) -> [Header] {
        var headers: [Header] = []
        let entries = unsafe UnsafeBufferPointer(start: table.entries, count: Int(table.num_entries))
        headers.reserveCapacity(entries.count)
        for index in entries.indices {
            let entry = unsafe entries[index]
            guard let value = unsafe HeaderValue(entry.value) else { continue }
            unsafe headers.append(Header(BrokerHandle.text(entry.key), value))
        }
        return headers
    }
}

extension HeaderValue {
    /// nil for the types that Posthorn does not read.
    init?(_ field: amqp_field_value_t) {
        let value = unsafe field.value
        switch amqp_field_value_kind_t(UInt32(unsafe field.kind)) {
        case AMQP_FIELD_KIND_UTF8: self = unsafe .string(BrokerHandle.text(value.bytes))
        case AMQP_FIELD_KIND_BOOLEAN: self = unsafe .bool(value.boolean != 0)
        case AMQP_FIELD_KIND_I64: self = unsafe .integer(value.i64)
        case AMQP_FIELD_KIND_I32: self = unsafe .integer(Int64(value.i32))
        case AMQP_FIELD_KIND_U32: self = unsafe .integer(Int64(value.u32))
        case AMQP_FIELD_KIND_I16: self = unsafe .integer(Int64(value.i16))
        case AMQP_FIELD_KIND_U16: self = unsafe .integer(Int64(value.u16))
        case AMQP_FIELD_KIND_I8: self = unsafe .integer(Int64(value.i8))
        case AMQP_FIELD_KIND_U8: self = unsafe .integer(Int64(value.u8))
        case AMQP_FIELD_KIND_U64, AMQP_FIELD_KIND_TIMESTAMP: self = unsafe .integer(Int64(clamping: value.u64))
        default: return nil
        }
    }
}
