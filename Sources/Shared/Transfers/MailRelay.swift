public import Runtime

/// An SMTP server that takes mail for delivery, and how to speak to it.
public struct MailRelay: Sendable, Equatable {
    public enum StartTLS: String, CaseIterable, Sendable {
        /// No mail without TLS.
        case required
        /// TLS where the server offers it. Whoever sits in between can take the offer away, so give no password with it.
        case opportunistic
        case never
    }

    /// `smtp://host:port`, or `smtps://host:port` for TLS from the first byte. Holds no user and no password.
    public let url: String
    public let user: String?
    public let password: Secret?
    /// Of no meaning for `smtps`.
    public let startTLS: StartTLS
    /// A PEM file of the authorities to trust; nil means the system's.
    public let certificateAuthority: String?

    public init(
        url: String, user: String? = nil, password: Secret? = nil, startTLS: StartTLS = .required,
        certificateAuthority: String? = nil
    ) {
        self.url = url
        self.user = user
        self.password = password
        self.startTLS = startTLS
        self.certificateAuthority = certificateAuthority
    }
}
