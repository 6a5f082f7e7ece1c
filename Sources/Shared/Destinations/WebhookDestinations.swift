public import Runtime

/// Where webhooks may lead, as the operator has set it. The gateway asks it when an endpoint is registered, by the text of its address; a
/// sender asks its `addressPolicy` at each connect, by the address that the name resolves to.
public struct WebhookDestinations: Sendable {
    /// Networks that are not public and may be reached all the same.
    public var allowedNetworks: [CIDR]
    /// Whether an endpoint may be without TLS.
    public var allowsHTTP: Bool
    public var ports: AddressPolicy.Ports

    public init(
        allowedNetworks: [CIDR] = [], allowsHTTP: Bool = false, ports: AddressPolicy.Ports = .only([80, 443, 8443])
    ) {
        self.allowedNetworks = allowedNetworks
        self.allowsHTTP = allowsHTTP
        self.ports = ports
    }

    /// Reads `POSTHORN_WEBHOOK_ALLOW`, `POSTHORN_WEBHOOK_ALLOW_HTTP` and `POSTHORN_WEBHOOK_PORTS`, and notes in the reader what is wrong
    /// with them.
    public init(reading reader: inout SettingsReader) {
        self.init(
            allowedNetworks: Self.networks(&reader), allowsHTTP: reader.bool("POSTHORN_WEBHOOK_ALLOW_HTTP", default: false),
            ports: Self.ports(&reader))
    }

    /// The policy for every connection.
    public var addressPolicy: AddressPolicy { .globalOnly(allowing: allowedNetworks, ports: ports) }

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
