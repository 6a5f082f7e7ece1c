/// One HTTP request to be made. Redirects are never followed and proxies of the environment are never used.
public struct HTTPCall: Sendable {
    public enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    public var method: Method
    /// An absolute `http` or `https` address.
    public var url: String
    /// Names and values; one with CR, LF or NUL makes the call fail with `TransferError.invalid`.
    public var headers: [(name: String, value: String)]
    /// Sent with POST, PUT and PATCH; with another method only if it is not empty. Calls of one submission that share an array share its
    /// bytes on the way out, too.
    public var body: [UInt8]
    /// For the whole call, from its turn on. A call that waits longer than this for its turn fails with `TransferError.overloaded`.
    public var timeout: Duration
    /// For name resolution, TCP and TLS together.
    public var connectTimeout: Duration
    /// The most bytes of the response's body that are read; the transfer ends there and the reply says `isTruncated`.
    public var responseLimit: Int
    /// False drops the response's body as it comes.
    public var keepsResponseBody: Bool

    public init(
        _ method: Method, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        timeout: Duration = .seconds(15), connectTimeout: Duration = .seconds(5), responseLimit: Int = 1 << 20,
        keepsResponseBody: Bool = true
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        self.responseLimit = responseLimit
        self.keepsResponseBody = keepsResponseBody
    }
}
