import Foundation
import FoundationNetworking
import HTTPServer
import Runtime
import Synchronization
import Testing

@testable import Health

@Suite struct HealthServiceTests {
    private struct Answer: Equatable {
        let status: Int
        let text: String
    }

    private func withHealth(
        isReady: @escaping @Sendable () -> Bool = { true }, metrics: Metrics = Metrics(),
        _ body: (@escaping (String) async throws -> Answer) async throws -> Void
    ) async throws {
        let readiness = Readiness()
        readiness.condition("broker", check: isReady)
        readiness.condition("topology").set(true)
        let health = HealthService(
            address: ListenAddress(host: "127.0.0.1", port: 0), metrics: metrics, readiness: readiness, log: .discarded)
        try await health.start()
        let port = health.port
        try await body { path in
            let (data, response) = try await URLSession.shared.data(from: URL(string: "http://127.0.0.1:\(port)\(path)")!)
            return Answer(
                status: (response as? HTTPURLResponse)?.statusCode ?? 0, text: String(decoding: data, as: UTF8.self))
        }
        await health.drain()
    }

    @Test func returnsMetricsInPrometheusFormat() async throws {
        let metrics = Metrics()
        metrics.counter("posthorn_things_total", "Things.", labels: [("kind", "good")]).increment(by: 3)
        try await withHealth(metrics: metrics) { get in
            let answer = try await get("/metrics")
            #expect(answer.status == 200)
            #expect(answer.text.contains("# TYPE posthorn_things_total counter\nposthorn_things_total{kind=\"good\"} 3\n"))
        }
    }

    @Test func isAliveWithUnmetConditions() async throws {
        let never: @Sendable () -> Bool = { false }
        try await withHealth(isReady: never) { get in
            let answer = try await get("/healthz")
            #expect(answer == Answer(status: 200, text: "alive\n"))
        }
    }

    @Test func isReadyWhileAllConditionsAreMet() async throws {
        let isReady = Mutex(false)
        let look: @Sendable () -> Bool = { isReady.withLock { $0 } }
        try await withHealth(isReady: look) { get in
            let before = try await get("/readyz")
            #expect(before == Answer(status: 503, text: "not ready: broker\n"))
            isReady.withLock { $0 = true }
            let met = try await get("/readyz")
            #expect(met == Answer(status: 200, text: "ready\n"))
            isReady.withLock { $0 = false }
            let after = try await get("/readyz")
            #expect(after.status == 503)
        }
    }

    @Test func returns404ForOtherPaths() async throws {
        try await withHealth { get in
            let answer = try await get("/other")
            #expect(answer.status == 404)
        }
    }
}
