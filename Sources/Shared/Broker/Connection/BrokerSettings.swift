import Foundation
public import Runtime

/// The broker's address and the limits of a connection.
public struct BrokerSettings: Sendable, Equatable {
    /// The server's certificate is always verified, both chain and host name. The host must be a name in the certificate, because the library
    /// does not match IP addresses.
    public struct TLS: Sendable, Equatable {
        /// PEM file of the trusted certificate authorities; nil for the system's.
        public var certificateAuthority: String?

        public init(certificateAuthority: String? = nil) { self.certificateAuthority = certificateAuthority }
    }

    public var host: String
    public var port: Int
    public var user: String
    public var password: Secret
    public var virtualHost: String
    /// nil disables encryption.
    public var tls: TLS?
    /// A connection without traffic for twice this time counts as lost.
    public var heartbeat: Duration = .seconds(30)
    /// The limit for connecting, for logging in, and for the answer to a command.
    public var connectLimit: Duration = .seconds(5)
    /// How many unconfirmed messages a publisher may have in flight.
    public var confirmWindow = 500
    /// How many messages may wait for the confirm window. Beyond it, publishes fail with `overloaded`.
    public var waitingLimit = 20_000
    /// The same limit for the sum of their bodies, in bytes.
    public var waitingBytesLimit = 64 << 20
    /// The default limit of a publish.
    public var publishLimit: Duration = .seconds(2)

    /// A publisher closes the connection if the broker does not accept written data for this long. The write blocks the thread, so the limit
    /// is close to that of a publish.
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
            throw .badURL("has more than a virtual host in its path; encode a slash in its name as %2F")
        }
        guard scheme == "amqps" || certificateAuthority == nil else {
            throw .badURL("is not encrypted, so a certificate authority has no effect; use amqps://")
        }
        self.init(
            host: host.trimmingCharacters(in: ["[", "]"]), port: parts.port ?? (scheme == "amqps" ? 5671 : 5672), user: user,
            password: Secret(password), virtualHost: virtualHost.isEmpty ? "/" : virtualHost,
            tls: scheme == "amqps" ? TLS(certificateAuthority: certificateAuthority) : nil)
    }
}
