/// One answer, whole. For a `HEAD` request the server sends it without the body.
public struct ServerResponse: Sendable {
    public var status: Int
    /// Without `Content-Length`, `Connection` and `Date`, which the server writes.
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]

    public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Plain text, or text of another type.
    public static func text(_ status: Int, _ text: String, type: String = "text/plain; charset=utf-8") -> Self {
        Self(status: status, headers: [("Content-Type", type)], body: Array(text.utf8))
    }

    /// A problem document (RFC 9457) of the server itself, about a request that no handler sees. The texts hold nothing that JSON
    /// would escape.
    ///
    /// - Parameter field: the name of the parameter at fault.
    static func problem(_ status: Int, _ title: String, _ detail: String, field: String? = nil) -> Self {
        let more = field.map { #","field":"\#($0)""# } ?? ""
        return text(
            status,
            #"{"type":"about:blank","title":"\#(title)","status":\#(status),"detail":"\#(detail)"\#(more)}"#,
            type: "application/problem+json")
    }

    static func tooLarge(limit: Int) -> Self {
        .problem(413, "Body too large", "The body has more than \(limit) bytes.")
    }

    static let stopping = Self.problem(503, "Service unavailable", "The server is stopping.")

    static let noMemory: Self = {
        var response = Self.problem(503, "Service unavailable", "Too many bodies are on their way. Send it again later.")
        response.headers.append(("Retry-After", "1"))
        return response
    }()
}
