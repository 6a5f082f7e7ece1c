import CGMime

/// The one place that touches GMime's objects. Each call makes its own and releases them before it returns, so no object is ever seen by
/// two threads; what they share, GLib's type system and GMime's tables of character sets, GLib locks itself once it is initialised.
enum GMimeHandle {
    /// GMime counts its initialisations without a lock; a static does it once.
    private static let isReady: Bool = {
        g_mime_init()
        return true
    }()

    /// The message must hold no NUL.
    static func encode(_ mail: MailMessage) -> [UInt8] {
        precondition(isReady)
        let message = unsafe g_mime_message_new(1)!
        defer { unsafe posthorn_gmime_release(message) }
        unsafe g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM, mail.from.name, mail.from.address)
        unsafe g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO, mail.to.name, mail.to.address)
        unsafe g_mime_message_set_subject(message, mail.subject, "UTF-8")
        if let date = unsafe g_date_time_new_from_unix_utc(gint64(mail.date)) {
            unsafe g_mime_message_set_date(message, date)
            unsafe g_date_time_unref(date)
        }
        unsafe g_mime_message_set_message_id(message, mail.messageID)
        for header in mail.headers {
            unsafe g_mime_object_set_header(posthorn_gmime_message_object(message), header.name, header.value, "UTF-8")
        }
        let part = unsafe textPart(mail.text)
        defer { unsafe posthorn_gmime_release(part) }
        unsafe g_mime_message_set_mime_part(message, posthorn_gmime_part_object(part))
        return unsafe bytes(of: message)
    }

    static func mailbox(_ text: String) -> Mailbox? {
        precondition(isReady)
        guard let list = unsafe internet_address_list_parse(nil, text) else { return nil }
        defer { unsafe posthorn_gmime_release(list) }
        guard unsafe internet_address_list_length(list) == 1, let address = unsafe internet_address_list_get_address(list, 0),
            let mailbox = unsafe posthorn_gmime_mailbox(address), let spec = unsafe internet_address_mailbox_get_addr(mailbox)
        else { return nil }
        let name = unsafe internet_address_get_name(address).map { unsafe String(cString: $0) }
        return unsafe Mailbox(name: name?.isEmpty == true ? nil : name, address: String(cString: spec))
    }

    /// Made from bytes, because GMime's own text part chooses the narrowest character set for a text. The lines end with CRLF as
    /// they do on the way (RFC 2046, section 4.1.1), so that base64 keeps them so, too.
    private static func textPart(_ text: String) -> UnsafeMutablePointer<GMimePart> {
        let part = unsafe g_mime_part_new_with_type("text", "plain")!
        unsafe g_mime_object_set_content_type_parameter(posthorn_gmime_part_object(part), "charset", "utf-8")
        let lines = Array(text.replacing("\r\n", with: "\n").replacing("\n", with: "\r\n").utf8)
        let stream = unsafe lines.withUnsafeBytes { buffer in
            // The stream copies what it is made from.
            unsafe g_mime_stream_mem_new_with_buffer(buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)!
        }
        let content = unsafe g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT)!
        unsafe posthorn_gmime_release(stream)
        unsafe g_mime_part_set_content(part, content)
        unsafe posthorn_gmime_release(content)
        unsafe g_mime_part_set_content_encoding(
            part, g_mime_part_get_best_content_encoding(part, GMIME_ENCODING_CONSTRAINT_7BIT))
        return unsafe part
    }

    private static func bytes(of message: UnsafeMutablePointer<GMimeMessage>) -> [UInt8] {
        let options = unsafe g_mime_format_options_new()
        defer { unsafe g_mime_format_options_free(options) }
        unsafe g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS)
        let stream = unsafe g_mime_stream_mem_new()!
        defer { unsafe posthorn_gmime_release(stream) }
        _ = unsafe g_mime_object_write_to_stream(posthorn_gmime_message_object(message), options, stream)
        let array = unsafe posthorn_gmime_bytes(stream)!
        return unsafe Array(UnsafeBufferPointer(start: array.pointee.data, count: Int(array.pointee.len)))
    }
}
