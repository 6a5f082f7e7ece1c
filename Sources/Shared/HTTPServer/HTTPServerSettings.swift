/// The limits of a server. The defaults fit an API of small documents.
public struct HTTPServerSettings: Sendable {
    /// The largest body in bytes; a larger one is answered with 413 and not kept.
    public var bodyLimit: Int
    /// From the first line of a request to the end of its body.
    public var receiveLimit: Duration
    /// From the answer to its last byte at the client.
    public var sendLimit: Duration
    /// How long a connection may stay without a request.
    public var idleLimit: Duration
    /// Open connections; further ones wait in the system's queue.
    public var connectionLimit: Int
    /// Threads that read and write; handlers run on Swift's own.
    public var threads: Int

    public init(
        bodyLimit: Int = 256 * 1024, receiveLimit: Duration = .seconds(15), sendLimit: Duration = .seconds(30),
        idleLimit: Duration = .seconds(75), connectionLimit: Int = 4096, threads: Int = 2
    ) {
        self.bodyLimit = bodyLimit
        self.receiveLimit = receiveLimit
        self.sendLimit = sendLimit
        self.idleLimit = idleLimit
        self.connectionLimit = connectionLimit
        self.threads = threads
    }

    /// How often slow connections are looked for.
    var sweepInterval: Duration { min(.seconds(1), min(receiveLimit, min(sendLimit, idleLimit)) / 4) }
}
