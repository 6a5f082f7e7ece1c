import Foundation
public import Runtime

/// Where the broker is and how to talk with it.
public struct BrokerSettings: Sendable, Equatable {
    /// How the server's certificate is checked: chain and host name, always. The host must be given by a name that the certificate holds;
    /// the library compares no addresses.
    public struct TLS: Sendable, Equatable {
        /// PEM file of the authorities to trust; nil for those of the system.
        public var certificateAuthority: String?

        public init(certificateAuthority: String? = nil) { self.certificateAuthority = certificateAuthority }
    }

    public var host: String
    public var port: Int
    public var user: String
    public var password: Secret
    public var virtualHost: String
    /// nil: without encryption.
    public var tls: TLS?
    /// A connection that is silent for twice as long is given up.
    public var heartbeat: Duration = .seconds(30)
    /// For the whole of connecting and logging in.
    public var connectLimit: Duration = .seconds(5)
    /// How many messages a publisher has under way without a confirm.
    public var confirmWindow = 500
    /// How many messages may wait for room in the window before publishers are turned away as overloaded.
    public var waitingLimit = 20_000
    /// The same for their bodies together.
    public var waitingBytesLimit = 64 << 20
    /// How long a publish takes at most unless its caller says otherwise.
    public var publishLimit: Duration = .seconds(2)

    /// A publisher's write that the broker does not take for so long ends the connection. Not much longer than a publish may take, because
    /// the thread can do nothing else meanwhile.
    var writeLimit: Duration { max(publishLimit, .seconds(2)) }

    public init(host: String, port: Int, user: String, password: Secret, virtualHost: String = "/", tls: TLS? = nil) {
        self.host = host
        self.port = port
        self.user = user
        self.password = password
        self.virtualHost = virtualHost
        self.tls = tls
    }

    /// Reads a URL in RabbitMQ's form: `amqp://user:password@host:port/vhost` or `amqps://…`. Without a path the virtual host
    /// is `/`.
    ///
    /// - Parameter certificateAuthority: PEM file; only for `amqps`.
    /// - Throws: `BrokerError.badURL`.
    public init(url: String, certificateAuthority: String? = nil) throws(BrokerError) {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
            scheme == "amqp" || scheme == "amqps"
        else { throw .badURL("must begin with amqp:// or amqps://") }
        guard let host = parts.host, !host.isEmpty else { throw .badURL("names no host") }
        guard let user = parts.user, let password = parts.password else { throw .badURL("must hold user and password") }
        let path = parts.percentEncodedPath.dropFirst()
        guard !path.contains("/"), let virtualHost = path.removingPercentEncoding else {
            throw .badURL("has more than a virtual host in its path; write a slash inside a name as %2F")
        }
        guard scheme == "amqps" || certificateAuthority == nil else {
            throw .badURL("has no encryption, so it needs no certificate authority; amqps:// has")
        }
        self.init(
            host: host.trimmingCharacters(in: ["[", "]"]), port: parts.port ?? (scheme == "amqps" ? 5671 : 5672), user: user,
            password: Secret(password), virtualHost: virtualHost.isEmpty ? "/" : virtualHost,
            tls: scheme == "amqps" ? TLS(certificateAuthority: certificateAuthority) : nil)
    }
}
