import CCurl
import Foundation

extension TransferLoop {
    /// Finds out whether a relay accepts a TCP connection within the limit; returns at once. Nothing is said over the connection, which is
    /// closed again.
    ///
    /// - Parameter completion: called exactly once, on a thread of its own.
    public func reach(_ relay: MailRelay, within limit: Duration, completion: @escaping @Sendable (Bool) -> Void) {
        let thread = Thread { completion(CurlHandle.connects(to: relay, within: limit)) }
        thread.name = "reach"
        thread.start()
    }
}

extension CurlHandle {
    /// Blocks for the limit at most.
    fileprivate static func connects(to relay: MailRelay, within limit: Duration) -> Bool {
        let easy = unsafe newEasy()
        defer { unsafe curl_easy_cleanup(easy) }
        guard let url = plainURL(of: relay) else { return false }
        unsafe setCommon(easy, protocols: "http", certificateAuthority: nil)
        unsafe set(easy, CURLOPT_URL, url)
        unsafe set(easy, CURLOPT_CONNECT_ONLY, 1)
        unsafe setTimeouts(easy, limit, connect: limit)
        return unsafe curl_easy_perform(easy) == CURLE_OK
    }

    /// The same host and port under HTTP, for which libcurl is connected when TCP is. With SMTP it would speak to the relay first.
    private static func plainURL(of relay: MailRelay) -> String? {
        guard let url = unsafe curl_url() else { return nil }
        defer { unsafe curl_url_cleanup(url) }
        guard unsafe curl_url_set(url, CURLUPART_URL, relay.url, 0) == CURLUE_OK,
            let port = unsafe part(CURLUPART_PORT, of: url, UInt32(CURLU_DEFAULT_PORT)),
            unsafe curl_url_set(url, CURLUPART_PORT, port, 0) == CURLUE_OK,
            unsafe curl_url_set(url, CURLUPART_SCHEME, "http", 0) == CURLUE_OK
        else { return nil }
        return unsafe part(CURLUPART_URL, of: url, 0)
    }

    private static func part(_ part: CURLUPart, of url: OpaquePointer, _ flags: UInt32) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard unsafe curl_url_get(url, part, &text, flags) == CURLUE_OK, let text = unsafe text else { return nil }
        defer { unsafe curl_free(text) }
        return unsafe String(cString: text)
    }
}
