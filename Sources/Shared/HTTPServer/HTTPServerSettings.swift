/// The limits of a server. The defaults fit an API of small documents.
public struct HTTPServerSettings: Sendable {
    /// The largest body in bytes; a larger one is answered with 413 and not kept.
    public var bodyLimit: Int
    /// What the bodies that are on their way to an answer may hold together, in bytes. Each party gets at most as much as is free; a body
    /// that does not fit is thrown away and answered with 503.
    public var bodyMemory: Int
    /// From the opening of a connection to the end of its first head, or from a later request's line to the end of its head.
    public var headLimit: Duration
    /// From the head of a request to the end of its body.
    public var receiveLimit: Duration
    /// From the answer to its last byte at the client.
    public var sendLimit: Duration
    /// How long a connection may stay without a further request after one that reached the handler. After any other it is `headLimit`.
    public var idleLimit: Duration
    /// Open connections; further ones wait in the system's queue. One client may hold at most as many as are free: alone it gets half.
    public var connectionLimit: Int
    /// Threads that read and write; handlers run on Swift's own.
    public var threads: Int

    public init(
        bodyLimit: Int = 256 * 1024, bodyMemory: Int = 64 << 20, headLimit: Duration = .seconds(5),
        receiveLimit: Duration = .seconds(15), sendLimit: Duration = .seconds(30), idleLimit: Duration = .seconds(75),
        connectionLimit: Int = 4096, threads: Int = 2
    ) {
        self.bodyLimit = bodyLimit
        self.bodyMemory = bodyMemory
        self.headLimit = headLimit
        self.receiveLimit = receiveLimit
        self.sendLimit = sendLimit
        self.idleLimit = idleLimit
        self.connectionLimit = connectionLimit
        self.threads = threads
    }

    /// How often slow connections are looked for.
    var sweepInterval: Duration { min(.seconds(1), min(min(headLimit, receiveLimit), min(sendLimit, idleLimit)) / 4) }
}
