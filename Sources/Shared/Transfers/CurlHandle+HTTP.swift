import CCurl
import Destinations

/// One easy handle with its buffers, used for one HTTP call after another. It belongs to the loop's thread.
@safe final class HTTPTransfer {
    let easy: UnsafeMutableRawPointer
    /// Whose call it makes now.
    var job: HTTPLoop.Job?

    private let policy: AddressPolicy
    private var shape: (method: HTTPCall.Method, hasBody: Bool)?
    private var timeouts: (total: Duration, connect: Duration)?
    private var headerLines = HeaderLines()
    private var requestBody: RequestBody?
    private var headerBlock: [UInt8] = []
    private var body: [UInt8] = []
    private var bodyLimit = 0
    private var bodySize = 0
    private var keepsBody = true
    private var isTruncated = false
    private var refusal: AddressPolicy.Refusal?
    private var triedToConnect = false

    init(policy: AddressPolicy, certificateAuthority: String?) {
        unsafe easy = unsafe CurlHandle.newEasy()
        self.policy = policy
        unsafe CurlHandle.setCommon(easy, protocols: "http,https", certificateAuthority: certificateAuthority)
        unsafe CurlHandle.set(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        let me = unsafe Unmanaged.passUnretained(self).toOpaque()
        _ = unsafe posthorn_curl_set_pointer(easy, CURLOPT_PRIVATE, me)
        _ = unsafe posthorn_curl_set_pointer(easy, CURLOPT_WRITEDATA, me)
        _ = unsafe posthorn_curl_set_pointer(easy, CURLOPT_HEADERDATA, me)
        _ = unsafe posthorn_curl_set_data(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, me in
            unsafe HTTPTransfer.at(me).receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        _ = unsafe posthorn_curl_set_data(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, me in
            unsafe HTTPTransfer.at(me).receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        if !policy.allowsEverything {
            _ = unsafe posthorn_curl_set_pointer(easy, CURLOPT_OPENSOCKETDATA, me)
            _ = unsafe posthorn_curl_set_open_socket(easy) { me, _, address in
                unsafe address.map { unsafe HTTPTransfer.at(me).openSocket($0) } ?? CURL_SOCKET_BAD
            }
        }
    }

    deinit { unsafe curl_easy_cleanup(easy) }

    /// The transfer whose handle this is.
    static func owner(of easy: UnsafeMutableRawPointer) -> HTTPTransfer {
        var me: UnsafeMutableRawPointer?
        _ = unsafe posthorn_curl_get_pointer(easy, CURLINFO_PRIVATE, &me)
        return unsafe at(me)
    }

    private static func at(_ pointer: UnsafeMutableRawPointer?) -> HTTPTransfer {
        unsafe Unmanaged<HTTPTransfer>.fromOpaque(pointer!).takeUnretainedValue()
    }

    /// Prepares the handle for a call. Only what differs from the previous call is set again.
    func prepare(_ call: HTTPCall, body shared: RequestBody?) throws(TransferError) {
        headerBlock.removeAll(keepingCapacity: true)
        body.removeAll(keepingCapacity: true)
        (bodyLimit, bodySize, keepsBody, isTruncated) = (call.responseLimit, 0, call.keepsResponseBody, false)
        (refusal, triedToConnect) = (nil, false)
        guard call.url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { throw .invalid("the address cannot be read") }
        try setHeaders(call)
        unsafe CurlHandle.set(easy, CURLOPT_URL, call.url)
        setShape(call.method, hasBody: shared != nil)
        if let shared {
            _ = unsafe posthorn_curl_set_large(easy, CURLOPT_POSTFIELDSIZE_LARGE, shared.count)
            _ = unsafe posthorn_curl_set_pointer(easy, CURLOPT_POSTFIELDS, shared.start)
        }
        requestBody = shared
        // With TLS a second call waits for the first one's handshake, which shows whether both can share one connection (HTTP/2).
        unsafe CurlHandle.set(easy, CURLOPT_PIPEWAIT, call.url.utf8.starts(with: "https".utf8) ? 1 : 0)
        if timeouts?.total != call.timeout || timeouts?.connect != call.connectTimeout {
            timeouts = (call.timeout, call.connectTimeout)
            unsafe CurlHandle.setTimeouts(easy, call.timeout, connect: call.connectTimeout)
        }
    }

    /// The outcome after libcurl is done with it. Afterwards the transfer may be prepared again.
    func outcome(_ code: CURLcode) -> Result<HTTPReply, TransferError> {
        requestBody = nil
        let status = unsafe CurlHandle.number(easy, CURLINFO_RESPONSE_CODE)
        // Once the status is known, the rest matters only to those who want the body.
        let hasAnswer = code == CURLE_OK || isTruncated || !keepsBody && code != CURLE_WEIRD_SERVER_REPLY
        if hasAnswer, status >= 200 {
            return .success(
                HTTPReply(
                    status: status, headerBlock: headerBlock, body: body, isTruncated: isTruncated,
                    retryAfter: status >= 300 ? retryAfter : nil))
        }
        if code == CURLE_OK { return .failure(.malformedReply(sentRequest: true)) }
        if code == CURLE_COULDNT_CONNECT, let refusal, !triedToConnect { return .failure(.addressRefused(refusal)) }
        let sent = unsafe CurlHandle.number(easy, CURLINFO_REQUEST_SIZE) > 0
        return .failure(unsafe CurlHandle.failure(code, easy: easy, sent: sent))
    }

    private var retryAfter: Duration? {
        var seconds: curl_off_t = 0
        _ = unsafe posthorn_curl_get_large(easy, CURLINFO_RETRY_AFTER, &seconds)
        return seconds > 0 ? .seconds(seconds) : nil
    }

    private func setHeaders(_ call: HTTPCall) throws(TransferError) {
        headerLines.removeAll()
        var hasType = false
        for header in call.headers {
            guard headerLines.append(header.name, header.value) else { throw .invalid("a header holds a line end") }
            hasType = hasType || header.name.utf8.count == 12 && header.name.lowercased() == "content-type"
        }
        // libcurl would call a body a form, and would ask before it sends a large one.
        if !hasType { headerLines.suppress("Content-Type") }
        headerLines.suppress("Expect")
        _ = unsafe posthorn_curl_set_list(easy, CURLOPT_HTTPHEADER, headerLines.list())
    }

    private func setShape(_ method: HTTPCall.Method, hasBody: Bool) {
        if let shape, shape == (method, hasBody) { return }
        shape = (method, hasBody)
        unsafe CurlHandle.set(easy, CURLOPT_NOBODY, 0)
        unsafe CurlHandle.set(easy, hasBody ? CURLOPT_POST : CURLOPT_HTTPGET, 1)
        if method == .head { unsafe CurlHandle.set(easy, CURLOPT_NOBODY, 1) }
        let isUsual = method == .head || method == (hasBody ? .post : .get)
        unsafe CurlHandle.set(easy, CURLOPT_CUSTOMREQUEST, isUsual ? nil : method.rawValue)
    }

    /// Taking fewer bytes than there are ends the transfer.
    private func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        let room = min(bytes.count, bodyLimit - bodySize)
        if keepsBody { unsafe body.append(contentsOf: bytes.prefix(room)) }
        bodySize += room
        isTruncated = room < bytes.count
        return room
    }

    /// Lines come one at a time; a status line starts again, because an interim answer (1xx) may precede the final one.
    private func receiveHeader(_ line: UnsafeRawBufferPointer) -> Int {
        if unsafe line.starts(with: "HTTP/".utf8) {
            headerBlock.removeAll(keepingCapacity: true)
        } else {
            unsafe headerBlock.append(contentsOf: line)
        }
        return line.count
    }

    private func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        guard let destination = unsafe CurlHandle.destination(address) else { return CURL_SOCKET_BAD }
        if let refusal = policy.refusal(of: destination.address, port: destination.port) {
            self.refusal = refusal
            return CURL_SOCKET_BAD
        }
        triedToConnect = true
        let kind = unsafe address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        return unsafe socket(address.pointee.family, kind, address.pointee.protocol)
    }
}
