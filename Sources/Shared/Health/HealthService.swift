public import HTTPServer
public import Runtime

/// What a process tells about itself to those who run it: `/metrics` (Prometheus), `/healthz` (it is alive) and `/readyz` (it can work).
///
/// None of them asks the database, so a slow database never makes an orchestrator restart what works.
public struct HealthService: Service {
    /// Something without which the process cannot work.
    public struct Condition: Sendable {
        /// As `/readyz` shows it: `broker`.
        public let name: String
        /// Answers at once, from what is known, and asks nobody.
        public let isMet: @Sendable () async -> Bool

        public init(_ name: String, isMet: @escaping @Sendable () async -> Bool) {
            self.name = name
            self.isMet = isMet
        }
    }

    public let name = "admin"
    private let server: HTTPServer

    /// - Parameter conditions: the process is ready while each of them is met.
    public init(address: ListenAddress, metrics: Metrics, conditions: [Condition], log: Log) {
        server = HTTPServer(name: "admin", address: address, settings: Self.settings, log: log) { request in
            await Self.answer(request, metrics: metrics, conditions: conditions)
        }
    }

    /// The port on which it listens; 0 before `start`.
    public var port: UInt16 { server.port }

    /// - Throws: `HTTPServerError` where the address is taken.
    public func start() async throws { try await server.start() }

    public func drain() async { await server.drain() }

    private static let settings = HTTPServerSettings(bodyLimit: 0, connectionLimit: 64, threads: 1)

    private static func answer(_ request: ServerRequest, metrics: Metrics, conditions: [Condition]) async -> ServerResponse {
        guard request.method == "GET" || request.method == "HEAD" else {
            return ServerResponse(status: 405, headers: [("Allow", "GET, HEAD")])
        }
        switch request.path {
        case ["metrics"]: return .text(200, metrics.exposition(), type: "text/plain; version=0.0.4; charset=utf-8")
        case ["healthz"]: return .text(200, "alive\n")
        case ["readyz"]: return await readiness(conditions)
        default: return .text(404, "/metrics, /healthz and /readyz are here\n")
        }
    }

    private static func readiness(_ conditions: [Condition]) async -> ServerResponse {
        var missing: [String] = []
        for condition in conditions where await !condition.isMet() { missing.append(condition.name) }
        return missing.isEmpty ? .text(200, "ready\n") : .text(503, "not ready: \(missing.joined(separator: ", "))\n")
    }
}
