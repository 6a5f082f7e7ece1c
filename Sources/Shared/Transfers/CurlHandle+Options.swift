import CCurl

extension CurlHandle {
    /// Before the first handle. libcurl counts and locks this itself, a static makes it once.
    static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    static func newEasy() -> UnsafeMutableRawPointer {
        precondition(isReady, "libcurl cannot be initialised")
        guard let easy = unsafe curl_easy_init() else { fatalError("libcurl has no memory for a handle") }
        return unsafe easy
    }

    /// What every transfer has in common, whatever its protocol.
    static func setCommon(_ easy: UnsafeMutableRawPointer, protocols: String, certificateAuthority: String?) {
        unsafe set(easy, CURLOPT_NOSIGNAL, 1)
        unsafe set(easy, CURLOPT_NOPROGRESS, 1)
        // A resolver that hangs must not hold up the thread when its transfer is given up.
        unsafe set(easy, CURLOPT_QUICK_EXIT, 1)
        unsafe set(easy, CURLOPT_TCP_NODELAY, 1)
        unsafe set(easy, CURLOPT_TCP_KEEPALIVE, 1)
        unsafe set(easy, CURLOPT_DNS_CACHE_TIMEOUT, 60)
        unsafe set(easy, CURLOPT_FOLLOWLOCATION, 0)
        unsafe set(easy, CURLOPT_SSL_VERIFYPEER, 1)
        unsafe set(easy, CURLOPT_SSL_VERIFYHOST, 2)
        unsafe set(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        // An empty proxy also turns off the proxies of the environment.
        unsafe set(easy, CURLOPT_PROXY, "")
        unsafe set(easy, CURLOPT_PROTOCOLS_STR, protocols)
        if let certificateAuthority { unsafe set(easy, CURLOPT_CAINFO, certificateAuthority) }
    }

    static func set(_ easy: UnsafeMutableRawPointer, _ option: CURLoption, _ value: Int) {
        _ = unsafe posthorn_curl_set_long(easy, option, value)
    }

    /// libcurl copies the text.
    static func set(_ easy: UnsafeMutableRawPointer, _ option: CURLoption, _ text: String?) {
        _ = unsafe posthorn_curl_set_text(easy, option, text)
    }

    static func setTimeouts(_ easy: UnsafeMutableRawPointer, _ total: Duration, connect: Duration) {
        unsafe set(easy, CURLOPT_TIMEOUT_MS, milliseconds(total))
        unsafe set(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(connect))
    }

    /// At least 1, because 0 means no limit to libcurl.
    static func milliseconds(_ duration: Duration) -> Int { max(1, Int(duration / .milliseconds(1))) }

    static func number(_ easy: UnsafeMutableRawPointer, _ info: CURLINFO) -> Int {
        var value = 0
        _ = unsafe posthorn_curl_get_long(easy, info, &value)
        return value
    }
}
