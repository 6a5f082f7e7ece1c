public import Runtime

extension BrokerSettings {
    /// Reads `POSTHORN_BROKER_URL` and `POSTHORN_BROKER_CA_FILE`. The reader collects their errors.
    public init(reading reader: inout SettingsReader) {
        let authority = reader.optionalString("POSTHORN_BROKER_CA_FILE")
        let example = authority == nil ? "amqp://posthorn:password@localhost:5672/" : "amqps://posthorn:password@localhost:5671/"
        let url = reader.requiredString("POSTHORN_BROKER_URL", example: example)
        do {
            try self.init(url: url, certificateAuthority: authority)
        } catch {
            if case .badURL(let problem) = error { reader.wrong("POSTHORN_BROKER_URL", "\(problem), such as \(example)") }
            self.init(host: "localhost", port: 5672, user: "", password: Secret(""))
        }
    }
}
