import Database
import Model
import Runtime
import Synchronization

/// Reads at an interval which endpoints were disabled lately. While the database is away, those that were read before stay known.
final class DisabledEndpointService: Service {
    /// More are not kept: what waits for the others is tried to its end.
    private static let capacity = 100_000

    let name = "disabled endpoints"
    private let endpoints: DisabledEndpoints
    private let interval: Duration
    private let read: @Sendable () async throws -> Set<EndpointID>
    private let log: Log
    private let running = Mutex<Task<Void, Never>?>(nil)

    init(
        _ endpoints: DisabledEndpoints, interval: Duration = .seconds(30),
        read: @escaping @Sendable () async throws -> Set<EndpointID>, log: Log
    ) {
        self.endpoints = endpoints
        self.interval = interval
        self.read = read
        self.log = log.scoped(to: name)
    }

    convenience init(_ endpoints: DisabledEndpoints, database: Database, log: Log) {
        self.init(
            endpoints,
            read: {
                let rows = try await database.query(Self.statement, [.integer(Int64(Self.capacity))])
                return Set(try rows.compactMap { EndpointID(try $0.text(0)) })
            }, log: log)
    }

    func start() async throws {
        running.withLock { $0 = Task { await run() } }
    }

    func drain() async {
        guard let task = running.withLock({ $0.take() }) else { return }
        task.cancel()
        await task.value
    }

    private func run() async {
        while !Task.isCancelled {
            do {
                endpoints.replace(with: try await read())
            } catch {
                log.debug("cannot read which endpoints are disabled", ["error": "\(error)"])
            }
            try? await Task.sleep(for: interval)
        }
    }

    private static let statement = Statement(
        "list disabled endpoints",
        "SELECT id FROM endpoints WHERE disabled_at > now() - interval '1 day' ORDER BY disabled_at DESC LIMIT $1")
}
