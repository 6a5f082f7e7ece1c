/// Finds the route of a request. The routes of all resources are in one table.
struct RouteTable: Sendable {
    enum Finding {
        /// `index` is the route's place in `routes`.
        case found(index: Int, parameters: [String])
        case otherMethod(allowed: [String])
        case nothing
    }

    let routes: [MountedRoute]
    /// Places in `routes`, by the number of segments.
    private let places: [Int: [Int]]

    /// - Throws: `APIError.ambiguousRoute` where a call would find two routes.
    init(_ routes: [MountedRoute]) throws(APIError) {
        for (index, route) in routes.enumerated() {
            if let other = routes[..<index].first(where: route.overlaps) {
                throw .ambiguousRoute(route.line.method, route.line.pattern, other.line.pattern)
            }
        }
        self.routes = routes
        places = Dictionary(grouping: routes.indices) { routes[$0].segmentCount }
    }

    /// `HEAD` finds what `GET` finds.
    func find(method: String, path: [String]) -> Finding {
        let method = method == "HEAD" ? "GET" : method
        var allowed: [String] = []
        for index in places[path.count] ?? [] {
            guard let parameters = routes[index].match(path) else { continue }
            let line = routes[index].line
            if line.method.rawValue == method { return .found(index: index, parameters: parameters) }
            allowed.append(contentsOf: line.method == .get ? ["GET", "HEAD"] : [line.method.rawValue])
        }
        return allowed.isEmpty ? .nothing : .otherMethod(allowed: allowed)
    }
}
