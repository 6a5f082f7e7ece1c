import HTTPServer

/// A route that can answer, because its handler has what it works with.
struct MountedRoute: Sendable {
    enum Access: Sendable {
        /// Anybody.
        case open(@Sendable () -> ServerResponse)
        /// Whoever has a tenant's API key.
        case key(@Sendable (Call) async throws -> ServerResponse)
    }

    private enum Segment: Sendable, Equatable {
        case literal(String)
        case parameter
    }

    let line: RouteLine
    let access: Access
    private let segments: [Segment]

    init(_ line: RouteLine, _ access: Access) {
        self.line = line
        self.access = access
        segments = line.pattern.split(separator: "/").map { $0.hasPrefix("{") ? .parameter : .literal(String($0)) }
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

    /// Whether some call would find both routes.
    func overlaps(_ other: MountedRoute) -> Bool {
        line.method == other.line.method && segments.count == other.segments.count
            && zip(segments, other.segments).allSatisfy { $0 == .parameter || $1 == .parameter || $0 == $1 }
    }
}
