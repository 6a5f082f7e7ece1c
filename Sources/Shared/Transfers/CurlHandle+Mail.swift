import CCurl

/// One easy handle with the connection that it keeps open to one relay. It belongs to one thread, which `send` blocks.
@safe final class MailTransfer {
    private let easy: UnsafeMutableRawPointer
    private var dialogue = MailDialogue()
    private var message: [UInt8] = []
    private var offset = 0

    init(relay: MailRelay) {
        unsafe easy = unsafe CurlHandle.newEasy()
        unsafe CurlHandle.setCommon(easy, protocols: "smtp,smtps", certificateAuthority: relay.certificateAuthority)
        unsafe CurlHandle.set(easy, CURLOPT_URL, relay.url)
        unsafe CurlHandle.set(easy, CURLOPT_USERNAME, relay.user)
        unsafe CurlHandle.set(easy, CURLOPT_PASSWORD, relay.password?.reveal())
        unsafe CurlHandle.set(easy, CURLOPT_USE_SSL, relay.startTLS.level)
        unsafe CurlHandle.set(easy, CURLOPT_UPLOAD, 1)
        let me = unsafe Unmanaged.passUnretained(self).toOpaque()
        _ = unsafe posthorn_curl_set_pointer(easy, CURLOPT_READDATA, me)
        _ = unsafe posthorn_curl_set_data(easy, CURLOPT_READFUNCTION) { buffer, size, count, me in
            unsafe MailTransfer.at(me).giveMessage(UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
        }
        // libcurl gives each line of the server's replies to the function for headers, and to nobody which command it is about to send
        // but the function for debugging.
        _ = unsafe posthorn_curl_set_pointer(easy, CURLOPT_HEADERDATA, me)
        _ = unsafe posthorn_curl_set_data(easy, CURLOPT_HEADERFUNCTION) { line, size, count, me in
            unsafe MailTransfer.at(me).dialogue.received(Array(UnsafeRawBufferPointer(start: line, count: size * count)))
            return size * count
        }
        _ = unsafe posthorn_curl_set_pointer(easy, CURLOPT_DEBUGDATA, me)
        _ = unsafe posthorn_curl_set_debug(easy) { _, kind, line, count, me in
            if kind == CURLINFO_HEADER_OUT {
                unsafe MailTransfer.at(me).dialogue.sent(Array(UnsafeRawBufferPointer(start: line, count: count).prefix(8)))
            }
            return 0
        }
        unsafe CurlHandle.set(easy, CURLOPT_VERBOSE, 1)
    }

    deinit { unsafe curl_easy_cleanup(easy) }

    private static func at(_ pointer: UnsafeMutableRawPointer?) -> MailTransfer {
        unsafe Unmanaged<MailTransfer>.fromOpaque(pointer!).takeUnretainedValue()
    }

    /// Hands one mail over and waits for the relay's final reply. If the relay has closed a kept connection meanwhile, it is called again, once.
    func send(_ mail: MailSubmission) -> Result<MailReply, TransferError> {
        guard MailDialogue.isEnvelope(mail.sender, mail.recipients) else {
            return .failure(.invalid("the envelope has an address that is not allowed there"))
        }
        unsafe CurlHandle.set(easy, CURLOPT_FRESH_CONNECT, 0)
        let result = attempt(mail)
        let wasReused = unsafe CurlHandle.number(easy, CURLINFO_NUM_CONNECTS) == 0
        guard wasReused, MailDialogue.isStale(result) else { return result }
        unsafe CurlHandle.set(easy, CURLOPT_FRESH_CONNECT, 1)
        return attempt(mail)
    }

    private func attempt(_ mail: MailSubmission) -> Result<MailReply, TransferError> {
        dialogue = MailDialogue()
        (message, offset) = (mail.message, 0)
        defer { message = [] }
        unsafe CurlHandle.setTimeouts(easy, mail.timeout, connect: mail.connectTimeout)
        unsafe CurlHandle.set(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, Int(mail.timeout / .seconds(1))))
        unsafe CurlHandle.set(easy, CURLOPT_MAIL_FROM, "<\(mail.sender)>")
        _ = unsafe posthorn_curl_set_large(easy, CURLOPT_INFILESIZE_LARGE, message.count)
        var recipients: UnsafeMutablePointer<curl_slist>?
        for recipient in mail.recipients { unsafe recipients = curl_slist_append(recipients, "<\(recipient)>") }
        defer { unsafe curl_slist_free_all(recipients) }
        _ = unsafe posthorn_curl_set_list(easy, CURLOPT_MAIL_RCPT, recipients)
        let code = unsafe curl_easy_perform(easy)
        _ = unsafe posthorn_curl_set_list(easy, CURLOPT_MAIL_RCPT, nil)
        if code != CURLE_OK { breakConnection() }
        return dialogue.outcome(
            isComplete: code == CURLE_OK, isDenied: code == CURLE_LOGIN_DENIED,
            otherwise: unsafe CurlHandle.failure(code, easy: easy, sent: dialogue.isMessageSent))
    }

    /// libcurl keeps the connection of a mail that timed out and would take the late answer to it for one to the next mail. It also
    /// waits for the answer to its parting words. On a connection that is shut down it does neither.
    private func breakConnection() {
        var descriptor = CURL_SOCKET_BAD
        _ = unsafe posthorn_curl_get_socket(easy, &descriptor)
        if descriptor != CURL_SOCKET_BAD { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    private func giveMessage(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        let part = message[offset...].prefix(buffer.count)
        unsafe buffer.copyBytes(from: part)
        offset += part.count
        if offset == message.count { dialogue.messageSent() }
        return part.count
    }
}

extension MailRelay.StartTLS {
    fileprivate var level: Int {
        switch self {
        case .required: Int(CURLUSESSL_ALL.rawValue)
        case .opportunistic: Int(CURLUSESSL_TRY.rawValue)
        case .never: Int(CURLUSESSL_NONE.rawValue)
        }
    }
}
