import CRabbitMQ

/// Reusable memory for the C structures that the library takes. Their content is valid until the next `reserve`.
@safe final class ScratchHandle {
    private var bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 4096)
    private var byteCapacity = 4096
    private var byteCount = 0
    private var entries = UnsafeMutablePointer<amqp_table_entry_t>.allocate(capacity: 32)
    private var entryCapacity = 32
    private var entryCount = 0

    deinit {
        unsafe bytes.deallocate()
        unsafe entries.deallocate()
    }

    /// Discards the content and makes room for the next.
    func reserve(bytes needed: Int, entries neededEntries: Int) {
        byteCount = 0
        entryCount = 0
        if needed > byteCapacity {
            unsafe bytes.deallocate()
            byteCapacity = needed * 2
            unsafe bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: byteCapacity)
        }
        if neededEntries > entryCapacity {
            unsafe entries.deallocate()
            entryCapacity = neededEntries * 2
            unsafe entries = UnsafeMutablePointer<amqp_table_entry_t>.allocate(capacity: entryCapacity)
        }
    }

    func place(_ text: String) -> amqp_bytes_t {
        var text = text
        let start = unsafe bytes + byteCount
        let count = text.withUTF8 { source in
            precondition(byteCount + source.count <= byteCapacity)
            if let base = source.baseAddress { unsafe start.update(from: base, count: source.count) }
            return source.count
        }
        byteCount += count
        return unsafe amqp_bytes_t(len: count, bytes: start)
    }

    func table(_ headers: [Header], andTable nested: amqp_table_t? = nil, named name: String = "") -> amqp_table_t {
        let start = unsafe entries + entryCount
        let count = headers.count + (unsafe nested == nil ? 0 : 1)
        precondition(entryCount + count <= entryCapacity)
        for header in headers {
            unsafe (entries + entryCount).initialize(to: entry(header))
            entryCount += 1
        }
        if let nested = unsafe nested {
            var field = unsafe amqp_field_value_t()
            unsafe field.kind = UInt8(AMQP_FIELD_KIND_TABLE.rawValue)
            unsafe field.value.table = nested
            unsafe (entries + entryCount).initialize(to: amqp_table_entry_t(key: place(name), value: field))
            entryCount += 1
        }
        return unsafe amqp_table_t(num_entries: Int32(count), entries: start)
    }

    private func entry(_ header: Header) -> amqp_table_entry_t {
        var field = unsafe amqp_field_value_t()
        switch header.value {
        case .string(let text):
            unsafe field.kind = UInt8(AMQP_FIELD_KIND_UTF8.rawValue)
            unsafe field.value.bytes = place(text)
        case .integer(let number):
            unsafe field.kind = UInt8(AMQP_FIELD_KIND_I64.rawValue)
            unsafe field.value.i64 = number
        case .bool(let flag):
            unsafe field.kind = UInt8(AMQP_FIELD_KIND_BOOLEAN.rawValue)
            unsafe field.value.boolean = flag ? 1 : 0
        }
        return unsafe amqp_table_entry_t(key: place(header.name), value: field)
    }
}
