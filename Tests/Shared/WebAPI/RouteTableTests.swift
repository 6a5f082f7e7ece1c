import HTTPServer
import Testing

@testable import WebAPI

@Suite struct RouteTableTests {
    private func route(_ method: HTTPMethod, _ pattern: String) -> MountedRoute {
        let operation = Operation("test", Tag("Test", "A test."), "Test", .nothing, answers: [])
        return MountedRoute(
            RouteLine(method: method, pattern: pattern, operation: operation), .open { ServerResponse(status: 200) })
    }

    private func finding(_ method: String, _ path: [String], _ routes: [MountedRoute]) throws -> String {
        switch try RouteTable(routes).find(method: method, path: path) {
        case .nothing: "nothing"
        case .otherMethod(let allowed): "only \(allowed.joined(separator: " "))"
        case .found(let index, let parameters): "\(index) \(parameters.joined(separator: " "))"
        }
    }

    @Test(arguments: [
        ("GET", ["a"], "0 "), ("HEAD", ["a"], "0 "), ("POST", ["a"], "1 "), ("DELETE", ["a"], "only GET HEAD POST"),
        ("GET", ["a", "x", "b", "y"], "2 x y"), ("GET", ["a", "x"], "nothing"), ("GET", ["b"], "nothing"),
        ("POST", ["a", "x", "b", "y"], "only GET HEAD"),
    ])
    func findsARouteByMethodAndPath(_ method: String, _ path: [String], _ expected: String) throws {
        let routes = [route(.get, "/a"), route(.post, "/a"), route(.get, "/a/{one}/b/{two}")]
        #expect(try finding(method, path, routes) == expected)
    }

    @Test(arguments: [
        ("/a", "/a"), ("/a/{one}", "/a/{two}"), ("/a/{one}", "/a/b"), ("/a/b", "/{one}/b"), ("/a/{one}", "/{two}/b"),
    ])
    func refusesTwoRoutesThatACallCouldMean(_ first: String, _ second: String) {
        #expect(throws: APIError.ambiguousRoute(.get, second, first)) {
            try RouteTable([route(.get, first), route(.get, second)])
        }
    }

    @Test(arguments: [("/a", "/b"), ("/a/{one}", "/a"), ("/a/{one}/b", "/a/{one}/c"), ("/a/b/{one}", "/a/{one}")])
    func takesRoutesThatNoCallConfuses(_ first: String, _ second: String) throws {
        _ = try RouteTable([route(.get, first), route(.get, second), route(.post, first)])
    }
}
