import Destinations
import EmailSender
import MIME
import Model
import Runtime
import Senders
import Synchronization
import TestPeers
import Testing
import Transfers
import WebhookSender

/// A provider under test.
enum Subject: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case webhook, smtp

    var testDescription: String { rawValue }

    /// Whether its receiver recognises a repeat by an idempotency key.
    var isIdempotent: Bool { self == .webhook }

    /// Short if the scenario times out, long if it must not.
    private func timeout(_ scenario: Scenario) -> Duration {
        scenario == .hangs || scenario == .saysNothing ? .seconds(4) : .seconds(10)
    }

    /// A provider and an address for which the other side behaves in this way; nil if the medium has no such behaviour.
    func setup(_ scenario: Scenario) async throws -> Setup? {
        let peer = try await Peer.shared()
        return self == .webhook ? try webhook(peer, scenario) : smtp(peer, scenario)
    }

    private func webhook(_ peer: Peer, _ scenario: Scenario) throws -> Setup? {
        let address: String? =
            switch scenario {
            case .takes: peer.url("/status/204")
            case .refuses: peer.url("/status/400")
            case .asksForPatience: peer.url("/status/429?Retry-After=7")
            case .asksForPatienceUntil: peer.url("/status/503?Retry-After=Wed,%2031%20Dec%202098%2023:59:59%20GMT")
            case .isGone: peer.url("/status/410")
            case .hangs: peer.url("/hang")
            case .breaksOff: peer.url("/half-head")
            case .saysNonsense: peer.url("/malformed")
            case .refusesConnections: "http://127.0.0.1:\(peer.port(.closed))/"
            case .saysNothing: "http://127.0.0.1:\(peer.port(.silent))/"
            case .hasNoTrustedCertificate: peer.url("/status/204", .https)
            case .refusesOurUser: nil
            case .isUnknown: "https://name.invalid/"
            case .impossible: "ftp://127.0.0.1/"
            }
        guard let address else { return nil }
        let settings = WebhookSettings(
            masterKey: try #require(MasterKey(base64: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")),
            destinations: WebhookDestinations(
                allowedNetworks: [try #require(CIDR("127.0.0.0/8"))], allowsHTTP: true, ports: .any), timeout: timeout(scenario))
        let loop = TransferLoop(addressPolicy: settings.destinations.addressPolicy)
        return Setup(
            provider: WebhookProvider(settings, loops: PerLane { _ in loop }), loop: loop, address: address, sharesProvider: true,
            medium: .webhook)
    }

    private func smtp(_ peer: Peer, _ scenario: Scenario) -> Setup? {
        let recipient: String? =
            switch scenario {
            case .refuses: "rcpt550@example.org"
            case .asksForPatience: "rcpt450@example.org"
            case .asksForPatienceUntil: "end451@example.org"
            case .isGone: nil
            case .hangs: "hang@example.org"
            case .breaksOff: "break@example.org"
            case .saysNonsense: "malformed@example.org"
            case .impossible: "a\r\nb@example.org"
            default: "ada@example.org"
            }
        guard let recipient else { return nil }
        let port: Peer.Port =
            switch scenario {
            case .refusesConnections: .closed
            case .saysNothing: .silent
            default: .smtp
            }
        let host = scenario == .isUnknown ? "name.invalid" : "localhost"
        let relay = MailRelay(
            url: "smtp://\(host):\(peer.port(port))", user: "ada",
            password: Secret(scenario == .refusesOurUser ? "wrong" : "right"),
            certificateAuthority: scenario == .hasNoTrustedCertificate ? nil : peer.authority)
        let settings = EmailSettings(
            from: Mailbox(name: "Posthorn", address: "posthorn@example.org"), relays: [.init(name: "primary", relay: relay)],
            timeout: timeout(scenario))
        let loop = TransferLoop()
        return Setup(
            provider: SMTPProvider.all(settings, loops: PerLane { _ in loop })[0], loop: loop, address: recipient,
            sharesProvider: port == .smtp && host == "localhost", medium: .email)
    }
}

/// A provider, and an address that brings about the behaviour.
struct Setup: Sendable {
    let provider: any Provider
    let loop: TransferLoop
    let address: String
    /// Whether the address brings it about with any setup's provider of the same kind.
    let sharesProvider: Bool
    let medium: Medium

    /// One notification for each address; the verdicts in their order. Records an issue for an index that is reported twice.
    func deliver(_ addresses: [String]) async -> [Verdict] { await deliver(notifications: addresses.map(notification)) }

    func deliver(notifications: [Notification]) async -> [Verdict] {
        await withCheckedContinuation { continuation in
            let seen = Mutex<[Int: Verdict]>([:])
            provider.deliver(notifications) { index, verdict in
                let all: [Int: Verdict]? = seen.withLock { seen in
                    if seen.updateValue(verdict, forKey: index) != nil { Issue.record("index \(index) is reported twice") }
                    return seen.count == notifications.count ? seen : nil
                }
                if let all { continuation.resume(returning: notifications.indices.compactMap { all[$0] }) }
            }
        }
    }

    func notification(_ address: String) -> Notification {
        let tenant = TenantName("shop")!
        let request = RequestID.fresh()
        let content = Content(
            of: Request(channels: ["news"], text: ["Titel — Grüße", "Text"]), id: request, tenant: tenant, sentAt: .now)
        return Notification(
            request: request, tenant: tenant, reference: nil, lane: .normal, consumer: "ada",
            endpoint: Endpoint(
                id: .derived(tenant: tenant, medium: medium, address: address), medium: medium, address: address),
            expiresAt: nil, traceparent: nil, content: EncodedContent(content))
    }
}
