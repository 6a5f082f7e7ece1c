/// One request as it came in, whole.
public struct ServerRequest: Sendable {
    /// In capitals: `GET`, `POST`.
    public let method: String
    /// The percent-decoded segments: `/v1/a%2Fb` is `["v1", "a/b"]`, and `/` is `[]`.
    public let path: [String]
    /// The percent-decoded pairs after the question mark, in their order.
    public var query: [(name: String, value: String)] { target.query.map { ($0.name, $0.value) } }
    public let body: [UInt8]
    /// What one client can choose its addresses from, as a number: who shares it counts as one client.
    public let clientNetwork: UInt64
    /// What the admission has given along; nil where it has given nothing.
    public let pass: (any Sendable)?

    private let target: RequestTarget
    private let headers: HeaderFields

    init(
        method: String, target: RequestTarget, headers: HeaderFields, body: [UInt8], client: ConnectionWatch.Client,
        pass: (any Sendable)?
    ) {
        self.method = method
        self.path = target.path
        self.target = target
        self.headers = headers
        self.body = body
        clientNetwork = client.network
        self.pass = pass
    }

    /// The value of the first header field of that name, in whatever case the name is written.
    public func header(_ name: String) -> String? { headers.value(name) }
}
