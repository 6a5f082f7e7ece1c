import Foundation
public import Runtime
import Synchronization

/// An HTTP/1.1 server whose handler is `async` (libmicrohttpd: epoll on threads of its own).
///
/// A connection is paused while its handler works, so a slow handler holds no thread. A body over the limit is answered with 413, a target
/// that is not well encoded with 400, both as problem documents (RFC 9457); everything else reaches the handler. `HEAD` reaches it too, and
/// its answer is sent without the body.
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
    private let log: Log
    private let running = Mutex<Running?>(nil)

    /// - Parameter handler: called many times at once, on a thread of the server until its first wait and on Swift's own from there; it must not
    ///   block.
    public init(
        name: String, address: ListenAddress, settings: HTTPServerSettings = HTTPServerSettings(), log: Log,
        handler: @escaping @Sendable (ServerRequest) async -> ServerResponse
    ) {
        self.name = name
        self.address = address
        self.log = log.scoped(to: name)
        core = ServerCore(settings: settings, handler: handler)
    }

    /// The port on which it listens; 0 before `start` and after `drain`.
    public var port: UInt16 { running.withLock { $0?.handle.port ?? 0 } }

    /// How many connections clients hold open.
    public var openConnections: Int { core.watch.count }

    /// Returns when it listens.
    ///
    /// - Throws: `HTTPServerError` where the address is taken or not of this machine.
    public func start() async throws {
        let handle = try MicroHTTPDHandle(address: address, core: core)
        let sweeper = Task { [core, log] in
            while (try? await Task.sleep(for: core.settings.sweepInterval)) != nil {
                let cut = core.watch.cutOverdue()
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
        await core.flights.landed()
        core.close()
        // One that slipped in between the two.
        await core.flights.landed()
        running.sweeper.cancel()
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                running.handle.stop()
                continuation.resume()
            }
        }
    }
}
