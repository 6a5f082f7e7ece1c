import Foundation
public import MIME
import Model
public import Runtime
public import Senders
public import Transfers

/// Who mails are from, and the relays in the order in which they are tried.
public struct EmailSettings: Sendable {
    /// A relay of the chain.
    public struct NamedRelay: Sendable {
        /// As operators and events call it: `primary`.
        public let name: String
        public let relay: MailRelay
        /// nil if there is no limit.
        public let rate: AccountRate?

        public init(name: String, relay: MailRelay, rate: AccountRate? = nil) {
            self.name = name
            self.relay = relay
            self.rate = rate
        }
    }

    public var from: Mailbox
    /// At least one.
    public var relays: [NamedRelay]
    /// In which order they are tried.
    public var plan: ChainPlan
    /// What is done with a mail of the priority lane that a relay may have accepted.
    public var unknownOutcome: UnknownOutcome

    /// For handing over one mail.
    public var timeout: Duration

    /// - Parameter plan: by default one chain of all relays, in their order.
    public init(
        from: Mailbox, relays: [NamedRelay], plan: ChainPlan? = nil, unknownOutcome: UnknownOutcome = .sentAgain,
        timeout: Duration = .seconds(60)
    ) {
        self.from = from
        self.relays = relays
        self.plan = plan ?? ChainPlan(standard: Chain(ordered: relays.map(\.name)))
        self.unknownOutcome = unknownOutcome
        self.timeout = timeout
    }

    /// Reads `POSTHORN_EMAIL_PROVIDERS`, `…_CHAINS`, `…_FROM`, `…_REPEAT_UNKNOWN` and, for each provider, its `_URL`, `_STARTTLS`, `_CA` and
    /// `_RATE`. Nil where no provider is named: then there is no email.
    public init?(_ reader: inout SettingsReader) {
        let chains = ChainSettings(&reader, medium: .email)
        guard !chains.names.isEmpty else { return nil }
        let fromName = "POSTHORN_EMAIL_FROM"
        let fromText = reader.requiredString(fromName, example: "Posthorn <posthorn@example.org>")
        let from = Mailbox(fromText)
        if from == nil { reader.wrong(fromName, "must be one mailbox such as Posthorn <posthorn@example.org>") }
        let relays = chains.names.compactMap { name in
            Self.relay(name, &reader)
        }
        self.init(
            from: from ?? Mailbox(address: "posthorn@example.org"), relays: relays, plan: chains.plan,
            unknownOutcome: UnknownOutcome(&reader, medium: .email))
    }

    private static func relay(_ name: String, _ reader: inout SettingsReader) -> NamedRelay? {
        let prefix = "POSTHORN_EMAIL_\(name.uppercased())"
        let startTLS = reader.choice("\(prefix)_STARTTLS", default: MailRelay.StartTLS.required)
        let rate = AccountRate(&reader, "\(prefix)_RATE")
        let authority = reader.optionalString("\(prefix)_CA")
        let text = reader.requiredString("\(prefix)_URL", example: "smtp://user:password@mail.example.org:587")
        guard let url = URLComponents(string: text), let scheme = url.scheme, ["smtp", "smtps"].contains(scheme),
            let host = url.host, !host.isEmpty, url.path.isEmpty || url.path == "/"
        else {
            reader.wrong("\(prefix)_URL", "must be an address such as smtp://user:password@mail.example.org:587")
            return nil
        }
        // Mail is handed in on the port for submission (RFC 6409), not on the one between servers.
        let port = url.port ?? (scheme == "smtps" ? 465 : 587)
        let relay = MailRelay(
            url: "\(scheme)://\(host):\(port)", user: url.user, password: url.password.map { Secret($0) }, startTLS: startTLS,
            certificateAuthority: authority)
        return NamedRelay(name: name, relay: relay, rate: rate)
    }
}
