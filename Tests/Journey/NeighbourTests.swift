import EmailSender
import MIME
import Model
import Senders
import TestPeers
import Testing
import Transfers
import WebhookSender

@Suite("Nobody waits for somebody else's receiver", .timeLimit(.minutes(1)))
struct NeighbourTests {
    private static func webhooks(timeout: Duration) throws -> @Sendable (Lane) -> ProviderChain {
        let settings = WebhookSettings(
            masterKey: try #require(MasterKey(base64: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")),
            allowedNetworks: [try #require(CIDR("127.0.0.0/8"))], allowsHTTP: true, ports: .any, timeout: timeout)
        return { _ in
            ProviderChain([WebhookProvider(settings, loop: TransferLoop(addressPolicy: settings.addressPolicy))])
        }
    }

    @Test func `while 300 endpoints of a host hang, another service's are delivered, and no attempt is spent without a call`()
        async throws
    {
        let peer = try await Peer.shared()
        let token = "t\(RequestID.fresh())"
        let hanging = SenderRig.notifications(
            (0..<300).map { peer.url("/hang/\(token)/\($0)") }, .webhook, .normal, of: "acme")
        let healthy = SenderRig.notifications(
            (0..<100).map { "http://localhost:\(peer.port(.http))/status/204?n=\($0)" }, .webhook, .normal, of: "other")
        let settings = SenderSettings(prefetch: [.priority: 64, .normal: 64, .bulk: 64])
        try await SenderRig.running([.webhook: try Self.webhooks(timeout: .seconds(4))], settings: settings) { rig in
            try await rig.publish(hanging)
            try await rig.publish(healthy)
            var (delivered, spent) = (0, 0)
            for try await event in rig.events {
                if event.kind == .delivered { delivered += 1 }
                if event.kind == .retrying {
                    // The calls that hang are still open until everybody else has had theirs.
                    #expect(delivered == healthy.count, "\(event.service)")
                    spent += 1
                }
                if delivered == healthy.count, spent > 0 { break }
            }
            let calls = try await peer.requests(token).count
            #expect(spent <= calls)
            #expect(calls < 64)
            #expect(rig.deferred(.webhook, .normal) > 200)
        }
    }

    @Test(arguments: [Lane.priority, .normal])
    func `while as many hosts hang as the window of what is sent sparsely has room, another service's are delivered`(_ lane: Lane)
        async throws
    {
        let peer = try await Peer.shared()
        let token = "t\(RequestID.fresh())"
        // Each host is a destination of its own, with one call.
        let hanging = SenderRig.notifications(
            (0..<160).map { "http://h\($0).localhost:\(peer.port(.http))/hang/\(token)" }, .webhook, lane, .sparse, of: "acme")
        let healthy = SenderRig.notifications(
            (0..<10).map { "http://localhost:\(peer.port(.http))/status/204?n=\($0)" }, .webhook, lane, .sparse, of: "other")
        try await SenderRig.running([.webhook: try Self.webhooks(timeout: .seconds(8))]) { rig in
            try await rig.publish(hanging)
            try await rig.publish(healthy)
            var delivered = 0
            for try await event in rig.events {
                #expect(event.kind == .delivered, "the calls that hang are still open: \(event.service)")
                delivered += 1
                if delivered == healthy.count || event.kind != .delivered { break }
            }
        }
    }

    @Test func `while connecting to the first relay hangs, the second sends log-in codes at once`() async throws {
        let peer = try await Peer.shared()
        let settings = EmailSettings(
            from: Mailbox(name: "Posthorn", address: "posthorn@example.org"),
            relays: [
                .init(name: "primary", relay: MailRelay(url: "smtp://127.0.0.1:\(peer.port(.blackhole))", startTLS: .never)),
                .init(name: "backup", relay: MailRelay(url: "smtp://127.0.0.1:\(peer.port(.smtpPlain))", startTLS: .never)),
            ])
        let mails = SenderRig.notifications((0..<60).map { "ada\($0)@example.org" }, .email, .priority, of: "acme")
        try await SenderRig.running([.email: { _ in ProviderChain(SMTPProvider.chain(settings, loop: TransferLoop())) }]) { rig in
            try await rig.publish(mails)
            var sent = 0
            for try await event in rig.events {
                #expect(event.kind == .sent, "\(event)")
                // No mail has waited until connecting was given up.
                #expect(event.failures.map(\.reason) == [Deferral.connecting.description])
                sent += 1
                if sent == mails.count { break }
            }
        }
    }
}
