import HTTPServer
import Model
import Runtime
import Transfers

/// How the gateway listens and what it allows.
struct GatewaySettings: Sendable {
    var address = ListenAddress(host: "127.0.0.1", port: 8080)
    var masterKey: MasterKey
    var endpointRule: EndpointRule

    /// Reads `POSTHORN_GATEWAY_LISTEN`, `POSTHORN_SECRET_KEY` and the limits of webhooks. What is wrong with them, the reader remembers.
    init(reading reader: inout SettingsReader, media: Media = .posthorn) {
        let listen = reader.string("POSTHORN_GATEWAY_LISTEN", default: address.description)
        if let address = ListenAddress(listen) {
            self.address = address
        } else {
            reader.wrong(
                "POSTHORN_GATEWAY_LISTEN", "must be a numeric address and a port such as 127.0.0.1:8080, not \"\(listen)\"")
        }
        masterKey = Self.masterKey(&reader)
        endpointRule = Self.endpointRule(&reader, media)
    }

    private static func masterKey(_ reader: inout SettingsReader) -> MasterKey {
        let stand = MasterKey(base64: String(repeating: "A", count: 44).dropLast() + "=")!
        let text = reader.optionalString("POSTHORN_SECRET_KEY")
        guard let text, let key = MasterKey(base64: text) else {
            reader.wrong(
                "POSTHORN_SECRET_KEY",
                text == nil
                    ? "is not set; make one with: openssl rand -base64 32"
                    : "must be base64 of 32 bytes or more; make one with: openssl rand -base64 32")
            return stand
        }
        return key
    }

    private static func endpointRule(_ reader: inout SettingsReader, _ media: Media) -> EndpointRule {
        let networks = reader.list("POSTHORN_WEBHOOK_ALLOW").compactMap { text in
            let network = CIDR(text)
            if network == nil { reader.wrong("POSTHORN_WEBHOOK_ALLOW", "must be networks such as 10.0.0.0/8, not \"\(text)\"") }
            return network
        }
        let ports = Self.ports(&reader)
        return EndpointRule(
            media: media, policy: .globalOnly(allowing: networks, ports: .any), ports: ports,
            allowsHTTP: reader.bool("POSTHORN_WEBHOOK_ALLOW_HTTP", default: false))
    }

    private static func ports(_ reader: inout SettingsReader) -> AddressPolicy.Ports {
        let texts = reader.list("POSTHORN_WEBHOOK_PORTS", default: ["80", "443", "8443"])
        if texts == ["any"] { return .any }
        let ports = texts.compactMap { UInt16($0) }
        if ports.count != texts.count { reader.wrong("POSTHORN_WEBHOOK_PORTS", "must be ports such as 80,443 or the word any") }
        return .only(Set(ports))
    }
}
