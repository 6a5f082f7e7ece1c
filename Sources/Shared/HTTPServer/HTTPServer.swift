import Foundation
public import Runtime
import Synchronization

/// An HTTP/1.1 server whose handler is `async` (libmicrohttpd: epoll on threads of its own).
///
/// A connection is paused while its handler works, so a slow handler holds no thread. A body over the limit is answered with 413, one for
/// which there is no memory with 503, a target that is not well encoded with 400, all as problem documents (RFC 9457); everything else
/// reaches the handler. `HEAD` reaches it too, and its answer is sent without the body.
///
/// What clients can hold is bounded: connections and the memory of bodies are shared so that nobody gets all of them (`FairShares`), and a
/// connection that sends no head is closed after seconds.
///
/// TLS is the business of a proxy in front.
public final class HTTPServer: Service {
    private struct Running {
        let handle: MicroHTTPDHandle
        let sweeper: Task<Void, Never>
    }

    public let name: String
    private let address: ListenAddress
    private let core: ServerCore
    private let statistics: ServerStatistics
    private let log: Log
    private let running = Mutex<Running?>(nil)

    /// - Parameters:
    ///   - admission: called on a thread of the server with each head, to decide whether the body is read; it must be quick.
    ///   - handler: called many times at once, on a thread of the server until its first wait and on Swift's own from there; it must not
    ///     block.
    public init(
        name: String, address: ListenAddress, settings: HTTPServerSettings = HTTPServerSettings(), log: Log,
        metrics: Metrics = Metrics(), admission: @escaping @Sendable (RequestHead) -> Admission = { _ in .granted(party: 0) },
        handler: @escaping @Sendable (ServerRequest) async -> ServerResponse
    ) {
        self.name = name
        self.address = address
        self.log = log.scoped(to: name)
        statistics = ServerStatistics(metrics, server: name)
        core = ServerCore(settings: settings, statistics: statistics, admission: admission, handler: handler)
    }

    /// The port on which it listens; 0 before `start` and after `drain`.
    public var port: UInt16 { running.withLock { $0?.handle.port ?? 0 } }

    /// How many bytes of bodies are on their way to an answer.
    var bodyMemory: Int { core.memory.total }

    /// An answer may take as long as its handler does.
    public var stage: ServiceStage { .work }

    /// Returns when it listens.
    ///
    /// - Throws: `HTTPServerError` where the address is taken or not of this machine.
    public func start() async throws {
        let handle = try MicroHTTPDHandle(address: address, core: core)
        let sweeper = Task { [core, log, statistics] in
            while (try? await Task.sleep(for: core.settings.sweepInterval)) != nil {
                let cut = core.watch.cutOverdue()
                statistics.cutConnections.increment(by: cut)
                if cut > 0 { log.debug("cut slow connections", ["count": cut]) }
            }
        }
        running.withLock { $0 = Running(handle: handle, sweeper: sweeper) }
        log.info("listening", ["port": handle.port])
    }

    /// Takes no further connection, answers every request that has begun, and closes. An open connection that is used meanwhile is
    /// answered and closed.
    public func drain() async {
        guard let running = running.withLock({ $0.take() }) else { return }
        core.giveLastAnswers()
        running.handle.stopListening()
        await core.responsesInFlight.finished()
        core.close()
        // A connection that was accepted between the two.
        await core.responsesInFlight.finished()
        running.sweeper.cancel()
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                running.handle.stop()
                continuation.resume()
            }
        }
    }
}
