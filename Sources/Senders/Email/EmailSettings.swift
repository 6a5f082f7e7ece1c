import Foundation
public import MIME
public import Runtime
public import Transfers

/// Who mails are from, and the relays in the order in which they are tried.
public struct EmailSettings: Sendable {
    /// A relay of the chain.
    public struct NamedRelay: Sendable {
        /// As operators and events call it: `primary`.
        public let name: String
        public let relay: MailRelay

        public init(name: String, relay: MailRelay) {
            self.name = name
            self.relay = relay
        }
    }

    public var from: Mailbox
    /// At least one.
    public var relays: [NamedRelay]

    /// For handing over one mail.
    public var timeout: Duration

    public init(from: Mailbox, relays: [NamedRelay], timeout: Duration = .seconds(60)) {
        self.from = from
        self.relays = relays
        self.timeout = timeout
    }

    /// Reads `POSTHORN_EMAIL_PROVIDERS`, `POSTHORN_EMAIL_FROM` and, for each provider, its `_URL`, `_STARTTLS` and `_CA`. Nil where no
    /// provider is named: then there is no email.
    public init?(_ reader: inout SettingsReader) {
        let names = reader.list("POSTHORN_EMAIL_PROVIDERS")
        guard !names.isEmpty else { return nil }
        let fromName = "POSTHORN_EMAIL_FROM"
        let fromText = reader.requiredString(fromName, example: "Posthorn <posthorn@example.org>")
        let from = Mailbox(fromText)
        if from == nil { reader.wrong(fromName, "must be one mailbox such as Posthorn <posthorn@example.org>") }
        var relays: [NamedRelay] = []
        var seen: Set<String> = []
        for name in names {
            guard name.wholeMatch(of: /[A-Za-z0-9_]{1,40}/) != nil, seen.insert(name.uppercased()).inserted else {
                reader.wrong("POSTHORN_EMAIL_PROVIDERS", "must be different names of letters, digits and _, not \"\(name)\"")
                continue
            }
            if let relay = Self.relay(name, &reader) { relays.append(NamedRelay(name: name, relay: relay)) }
        }
        self.init(from: from ?? Mailbox(address: "posthorn@example.org"), relays: relays)
    }

    private static func relay(_ name: String, _ reader: inout SettingsReader) -> MailRelay? {
        let prefix = "POSTHORN_EMAIL_\(name.uppercased())"
        let startTLS = reader.choice("\(prefix)_STARTTLS", default: MailRelay.StartTLS.required)
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
        return MailRelay(
            url: "\(scheme)://\(host):\(port)", user: url.user, password: url.password.map { Secret($0) }, startTLS: startTLS,
            certificateAuthority: authority)
    }
}
