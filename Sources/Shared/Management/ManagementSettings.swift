import Foundation
public import Runtime

/// Where RabbitMQ's management API is. Only the tools that declare need it; the roles use AMQP only.
public struct ManagementSettings: Sendable {
    /// `http` or `https`, host and port, without a slash at the end.
    public let url: String
    public let user: String
    public let password: Secret
    /// The virtual host that the tools use.
    public let virtualHost: String
    /// PEM file of the certificate authorities for `https`; nil for those of the system.
    public let certificateAuthority: String?

    public init(url: String, user: String, password: Secret, virtualHost: String, certificateAuthority: String? = nil) {
        self.url = url
        self.user = user
        self.password = password
        self.virtualHost = virtualHost
        self.certificateAuthority = certificateAuthority
    }

    /// Reads `POSTHORN_MANAGEMENT_URL` and `POSTHORN_BROKER_CA_FILE`. The reader collects their errors.
    ///
    /// - Parameter virtualHost: that of `POSTHORN_BROKER_URL`.
    public init(reading reader: inout SettingsReader, virtualHost: String) {
        let example = "http://posthorn:password@localhost:15672"
        let text = reader.requiredString("POSTHORN_MANAGEMENT_URL", example: example)
        let authority = reader.optionalString("POSTHORN_BROKER_CA_FILE")
        guard let parts = URLComponents(string: text), let scheme = parts.scheme, scheme == "http" || scheme == "https",
            let host = parts.host, !host.isEmpty, let user = parts.user, let password = parts.password
        else {
            reader.wrong("POSTHORN_MANAGEMENT_URL", "must be a URL with user and password, such as \(example)")
            self.init(url: "", user: "", password: Secret(""), virtualHost: virtualHost)
            return
        }
        let port = parts.port ?? (scheme == "https" ? 15671 : 15672)
        self.init(
            url: "\(scheme)://\(host):\(port)", user: user, password: Secret(password), virtualHost: virtualHost,
            certificateAuthority: authority)
    }
}
