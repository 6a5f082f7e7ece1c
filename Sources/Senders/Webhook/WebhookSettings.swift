public import Destinations
public import Model
public import Runtime

/// How webhooks are called, and where they may be.
public struct WebhookSettings: Sendable {
    /// What the endpoints' signing secrets derive from.
    public var masterKey: MasterKey
    /// Which addresses may be called. The loop that makes the calls applies its `addressPolicy`.
    public var destinations: WebhookDestinations
    /// For the whole call.
    public var timeout: Duration
    /// The product and version that calls name, such as `Posthorn/1.2.3`.
    public var userAgent: String

    public init(
        masterKey: MasterKey, destinations: WebhookDestinations = WebhookDestinations(), timeout: Duration = .seconds(15),
        userAgent: String = "Posthorn"
    ) {
        self.masterKey = masterKey
        self.destinations = destinations
        self.timeout = timeout
        self.userAgent = userAgent
    }

    /// Reads `POSTHORN_SECRET_KEY` and the settings whose names begin with `POSTHORN_WEBHOOK_`.
    ///
    /// - Parameter version: of the program, for the calls' `User-Agent`.
    public init(_ reader: inout SettingsReader, version: String) {
        self.init(
            masterKey: MasterKey(reading: &reader), destinations: WebhookDestinations(reading: &reader),
            timeout: reader.duration("POSTHORN_WEBHOOK_TIMEOUT", default: .seconds(15), in: .milliseconds(100)...(.seconds(120))),
            userAgent: "Posthorn/\(version)")
    }
}
