/// Whether the body of a request is read, decided by its head alone.
public enum Admission: Sendable {
    /// The body is read. It counts as its party's part of the memory that all bodies share.
    ///
    /// `pass` is what the admission has found out and the handler needs, too: it comes to the handler as `ServerRequest.pass`. A value of
    /// three words or less costs no allocation.
    case granted(party: Int64, pass: (any Sendable)? = nil)
    /// The answer is this one, and the body is never kept.
    case refused(ServerResponse)
    /// The head is not enough; ask, while the connection is paused.
    case undecided(@Sendable () async -> Admission)
}

/// The head of a request, before its body is read.
public struct RequestHead: Sendable {
    /// In capitals: `GET`, `POST`.
    public let method: String
    /// The percent-decoded segments, as those of `ServerRequest`.
    public let path: [String]
    /// What one client can choose its addresses from, as a number: who shares it counts as one client.
    public let clientNetwork: UInt64
    private let headers: HeaderFields

    init(method: String, target: RequestTarget, headers: HeaderFields, client: ConnectionWatch.Client) {
        self.method = method
        path = target.path
        self.headers = headers
        clientNetwork = client.network
    }

    /// The value of the first header field of that name, in whatever case the name is written.
    public func header(_ name: String) -> String? { headers.value(name) }
}
