/// Finds the route of a request.
struct RouteTable: Sendable {
    enum Finding {
        /// `index` is the route's place in `routes`.
        case found(index: Int, parameters: [String])
        case otherMethod(allowed: [String])
        case nothing
    }

    let routes: [Route]
    /// Places in `routes`, by the number of segments.
    private let places: [Int: [Int]]

    init(_ routes: [Route]) {
        self.routes = routes
        places = Dictionary(grouping: routes.indices) { routes[$0].segmentCount }
    }

    /// `HEAD` finds what `GET` finds.
    func find(method: String, path: [String]) -> Finding {
        let method = method == "HEAD" ? "GET" : method
        var allowed: [String] = []
        for index in places[path.count] ?? [] {
            guard let parameters = routes[index].match(path) else { continue }
            if routes[index].method.rawValue == method { return .found(index: index, parameters: parameters) }
            allowed.append(contentsOf: routes[index].method == .get ? ["GET", "HEAD"] : [routes[index].method.rawValue])
        }
        return allowed.isEmpty ? .nothing : .otherMethod(allowed: allowed)
    }
}
