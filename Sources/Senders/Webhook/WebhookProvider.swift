public import Model
public import Senders
public import Transfers

/// Calls the consumers' own web addresses, signed as Standard Webhooks describes it.
public struct WebhookProvider: Provider {
    public let name = "direct"
    public let medium = Medium.webhook

    private let settings: WebhookSettings
    private let lanes: PerLane<Access>

    /// What one lane has, so that no lane waits for another: connections, and the payloads that it used last.
    private struct Access: Sendable {
        let loop: TransferLoop
        let payloads = WebhookPayloadCache()
    }

    /// - Parameter loops: made with the `addressPolicy` of the settings' destinations. The provider does not close them.
    public init(_ settings: WebhookSettings, loops: PerLane<TransferLoop>) {
        self.settings = settings
        lanes = PerLane { Access(loop: loops[$0]) }
    }

    public var callsAtOnce: Int { lanes[.priority].loop.callsPerHost }

    public var callsInReserve: Int { callsAtOnce }

    public var reach: ProviderReach { .endpoints }

    public func destination(of notification: Notification) -> Destination { Destination(origin: notification.endpoint.address) }

    public func deliver(_ notifications: [Notification], report: @escaping @Sendable (Int, Verdict) -> Void) {
        let now = Timestamp.now
        guard let access = notifications.first.map({ lanes[$0.lane] }) else { return }
        var calls: [HTTPCall] = []
        var places: [Int] = []
        calls.reserveCapacity(notifications.count)
        places.reserveCapacity(notifications.count)
        for (index, notification) in notifications.enumerated() {
            switch call(for: notification, at: now, access.payloads) {
            case .make(let call):
                calls.append(call)
                places.append(index)
            case .refuse(let why):
                report(index, .unsendable(why: why))
            }
        }
        access.loop.submit(calls) { [places] place, result in
            switch result {
            case .success(let reply): report(places[place], WebhookVerdict.verdict(reply))
            case .failure(let error): report(places[place], WebhookVerdict.verdict(error))
            }
        }
    }

    private enum Preparation {
        case make(HTTPCall)
        case refuse(why: String)
    }

    private func call(for notification: Notification, at now: Timestamp, _ payloads: WebhookPayloadCache) -> Preparation {
        let endpoint = notification.endpoint
        guard settings.destinations.allowsHTTP || isHTTPS(endpoint.address) else {
            return .refuse(why: "the address is not https; the operator can allow http with POSTHORN_WEBHOOK_ALLOW_HTTP")
        }
        guard let body = try? payloads.payload(of: notification.content) else {
            return .refuse(why: "the content cannot be read")
        }
        let secret = settings.masterKey.webhookSecret(of: endpoint.id, generation: endpoint.parameters.secretGeneration)
        var headers = WebhookSignature.headers(id: notification.id, at: now, body: body, secret: secret)
        headers.append(("content-type", "application/json"))
        headers.append(("user-agent", settings.userAgent))
        if let traceparent = notification.traceparent { headers.append(("traceparent", traceparent)) }
        return .make(
            HTTPCall(
                .post, endpoint.address, headers: headers, body: body, timeout: settings.timeout,
                connectTimeout: min(settings.timeout, .seconds(5)), responseLimit: 64 * 1024, keepsResponseBody: false))
    }

    private func isHTTPS(_ address: String) -> Bool {
        address.utf8.prefix(8).elementsEqual("https://".utf8) || address.prefix(8).lowercased() == "https://"
    }
}
