import HTTPServer
import Runtime
import Testing

@testable import WebAPI

@Suite("Responses are counted by route and status")
struct RouteStatisticsTests {
    @Test func `each status of a route has a counter of its own`() throws {
        let operation = Operation("test", Tag("Test", "A test."), "Test", .nothing, answers: [])
        let routes = [HTTPMethod.get, .post].map { method in
            MountedRoute(RouteLine(method: method, pattern: "/a", operation: operation), .open { ServerResponse(status: 200) })
        }
        let metrics = Metrics()
        let statistics = RouteStatistics(try RouteTable(routes), server: "test", metrics: metrics)
        for status in [200, 202, 202, 503] { statistics.count(route: 1, status: status) }
        statistics.count(route: 0, status: 404)
        statistics.count(route: nil, status: 404)
        let samples = metrics.exposition().split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(
            samples.sorted() == [
                #"posthorn_http_requests_total{server="test",method="",route="",code="404"} 1"#,
                #"posthorn_http_requests_total{server="test",method="GET",route="/a",code="404"} 1"#,
                #"posthorn_http_requests_total{server="test",method="POST",route="/a",code="200"} 1"#,
                #"posthorn_http_requests_total{server="test",method="POST",route="/a",code="202"} 2"#,
                #"posthorn_http_requests_total{server="test",method="POST",route="/a",code="503"} 1"#,
            ])
    }
}
