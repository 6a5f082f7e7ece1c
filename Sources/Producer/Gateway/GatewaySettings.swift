import Destinations
import HTTPServer
import Model
import Runtime

/// How the gateway listens and what it allows.
struct GatewaySettings: Sendable {
    var address = ListenAddress(host: "127.0.0.1", port: 8080)
    var masterKey: MasterKey
    var destinations: WebhookDestinations

    /// Reads `POSTHORN_GATEWAY_LISTEN`, `POSTHORN_SECRET_KEY` and the limits of webhooks. What is wrong with them, the reader remembers.
    init(reading reader: inout SettingsReader) {
        let listen = reader.string("POSTHORN_GATEWAY_LISTEN", default: address.description)
        if let address = ListenAddress(listen) {
            self.address = address
        } else {
            reader.wrong(
                "POSTHORN_GATEWAY_LISTEN", "must be a numeric address and a port such as 127.0.0.1:8080, not \"\(listen)\"")
        }
        masterKey = MasterKey(reading: &reader)
        destinations = WebhookDestinations(reading: &reader)
    }
}
