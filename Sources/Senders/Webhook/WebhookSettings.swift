public import Model
public import Runtime
public import Transfers

/// How webhooks are called, and where they may be.
public struct WebhookSettings: Sendable {
    /// What the endpoints' signing secrets derive from.
    public var masterKey: MasterKey
    /// Networks that are not public and may be reached all the same.
    public var allowedNetworks: [CIDR]
    /// Whether an endpoint may be without TLS.
    public var allowsHTTP: Bool
    public var ports: AddressPolicy.Ports
    /// For the whole call.
    public var timeout: Duration
    /// The product and version that calls name, such as `Posthorn/1.2.3`.
    public var userAgent: String

    public init(
        masterKey: MasterKey, allowedNetworks: [CIDR] = [], allowsHTTP: Bool = false,
        ports: AddressPolicy.Ports = .only([80, 443, 8443]), timeout: Duration = .seconds(15), userAgent: String = "Posthorn"
    ) {
        self.masterKey = masterKey
        self.allowedNetworks = allowedNetworks
        self.allowsHTTP = allowsHTTP
        self.ports = ports
        self.timeout = timeout
        self.userAgent = userAgent
    }

    /// Reads `POSTHORN_SECRET_KEY` and the settings whose names begin with `POSTHORN_WEBHOOK_`.
    ///
    /// - Parameter version: of the program, for the calls' `User-Agent`.
    public init(_ reader: inout SettingsReader, version: String) {
        self.init(
            masterKey: Self.masterKey(&reader), allowedNetworks: Self.networks(&reader),
            allowsHTTP: reader.bool("POSTHORN_WEBHOOK_ALLOW_HTTP", default: false), ports: Self.ports(&reader),
            timeout: reader.duration("POSTHORN_WEBHOOK_TIMEOUT", default: .seconds(15), in: .milliseconds(100)...(.seconds(120))),
            userAgent: "Posthorn/\(version)")
    }

    /// What the loop that makes the calls must hold to.
    public var addressPolicy: AddressPolicy { .globalOnly(allowing: allowedNetworks, ports: ports) }

    private static func masterKey(_ reader: inout SettingsReader) -> MasterKey {
        let name = "POSTHORN_SECRET_KEY"
        let example = String(repeating: "A", count: 43) + "="
        let text = reader.requiredString(name, example: "$(head -c 32 /dev/urandom | base64)")
        if let key = MasterKey(base64: text) { return key }
        // The example stands for a setting that is missing, which the reader has noted.
        if !text.hasPrefix("$(") { reader.wrong(name, "must be base64 of 32 random bytes or more") }
        return MasterKey(base64: example)!
    }

    private static func networks(_ reader: inout SettingsReader) -> [CIDR] {
        let name = "POSTHORN_WEBHOOK_ALLOW"
        return reader.list(name).compactMap { text in
            if let network = CIDR(text) { return network }
            reader.wrong(name, "must be networks such as 10.0.0.0/8,fd00::/8, not \"\(text)\"")
            return nil
        }
    }

    private static func ports(_ reader: inout SettingsReader) -> AddressPolicy.Ports {
        let name = "POSTHORN_WEBHOOK_PORTS"
        let texts = reader.list(name, default: ["80", "443", "8443"])
        if texts == ["any"] { return .any }
        let ports = texts.compactMap { text in
            if let port = UInt16(text), port > 0 { return port }
            reader.wrong(name, "must be ports such as 443,8443, or any, not \"\(text)\"")
            return nil
        }
        return .only(Set(ports))
    }
}
