import HTTPServer

/// One line of the API's table of contents: what answers a method on a path.
struct Route: Sendable {
    typealias Handler = @Sendable (Call, Gateway) async throws -> ServerResponse
    typealias OpenHandler = @Sendable () -> ServerResponse

    enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case post = "POST"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    enum Access: Sendable {
        /// Anybody.
        case open(OpenHandler)
        /// Whoever has a service's API key.
        case key(Handler)
    }

    private enum Segment: Sendable {
        case literal(String)
        case parameter
    }

    let method: Method
    /// As the table writes it: `/v1/channels/{channel}/consumers`.
    let pattern: String
    let access: Access
    private let segments: [Segment]

    init(_ method: Method, _ pattern: String, _ handler: @escaping Handler) {
        self.init(method, pattern, access: .key(handler))
    }

    init(_ method: Method, _ pattern: String, open handler: @escaping OpenHandler) {
        self.init(method, pattern, access: .open(handler))
    }

    private init(_ method: Method, _ pattern: String, access: Access) {
        self.method = method
        self.pattern = pattern
        self.access = access
        segments = pattern.split(separator: "/").map { $0.hasPrefix("{") ? .parameter : .literal(String($0)) }
    }

    var segmentCount: Int { segments.count }

    /// The values of the pattern's parameters in their order; nil where the path is another one.
    func match(_ path: [String]) -> [String]? {
        guard path.count == segments.count else { return nil }
        var parameters: [String] = []
        for (segment, text) in zip(segments, path) {
            switch segment {
            case .literal(let literal): if literal != text { return nil }
            case .parameter: parameters.append(text)
            }
        }
        return parameters
    }
}
