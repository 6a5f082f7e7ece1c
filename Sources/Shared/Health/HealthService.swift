public import HTTPServer
public import Runtime

/// The admin server of a process: `/metrics` (Prometheus), `/healthz` (liveness) and `/readyz` (readiness).
///
/// None of them queries the database, so a slow database never makes an orchestrator restart a healthy process.
public struct HealthService: Service {
    public let name = "admin"
    private let server: HTTPServer

    /// - Parameter readiness: the conditions for `/readyz`.
    public init(address: ListenAddress, metrics: Metrics, readiness: Readiness, log: Log) {
        server = HTTPServer(name: "admin", address: address, settings: Self.settings, log: log, metrics: metrics) { request in
            Self.answer(request, metrics, readiness)
        }
    }

    /// The port that it listens on; 0 before `start`.
    public var port: UInt16 { server.port }

    /// - Throws: `HTTPServerError` if the address is in use.
    public func start() async throws { try await server.start() }

    public func drain() async { await server.drain() }

    private static let settings = HTTPServerSettings(bodyLimit: 0, connectionLimit: 64, threads: 1)

    private static func answer(_ request: ServerRequest, _ metrics: Metrics, _ readiness: Readiness) -> ServerResponse {
        guard request.method == "GET" || request.method == "HEAD" else {
            return ServerResponse(status: 405, headers: [("Allow", "GET, HEAD")])
        }
        switch request.path {
        case ["metrics"]: return .text(200, metrics.exposition(), type: "text/plain; version=0.0.4; charset=utf-8")
        case ["healthz"]: return .text(200, "alive\n")
        case ["readyz"]:
            let unmet = readiness.unmet
            return unmet.isEmpty ? .text(200, "ready\n") : .text(503, "not ready: \(unmet.joined(separator: ", "))\n")
        default: return .text(404, "not found; available: /metrics, /healthz, /readyz\n")
        }
    }
}
