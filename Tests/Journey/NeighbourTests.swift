import EmailSender
import Model
import Senders
import TestPeers
import Testing
import WebhookSender

@Suite("No service waits for another service's destination", .timeLimit(.minutes(1)))
struct NeighbourTests {
    private static func settings(timeout: String) -> [String: String] {
        [
            "POSTHORN_SECRET_KEY": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "POSTHORN_WEBHOOK_ALLOW": "127.0.0.0/8",
            "POSTHORN_WEBHOOK_ALLOW_HTTP": "true", "POSTHORN_WEBHOOK_PORTS": "any", "POSTHORN_WEBHOOK_TIMEOUT": timeout,
        ]
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
        try await SenderRig.running([WebhookMedium()], settings: Self.settings(timeout: "4s"), prefetch: 64) { rig in
            try await rig.publish(hanging)
            try await rig.publish(healthy)
            var (delivered, spent) = (0, 0)
            for try await event in rig.events {
                if event.kind == .delivered { delivered += 1 }
                if event.kind == .retrying {
                    // The calls that hang are still open until the other service is served.
                    #expect(delivered == healthy.count, "\(event.tenant)")
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
        try await SenderRig.running([WebhookMedium()], settings: Self.settings(timeout: "8s")) { rig in
            try await rig.publish(hanging)
            try await rig.publish(healthy)
            var delivered = 0
            for try await event in rig.events {
                #expect(event.kind == .delivered, "the calls that hang are still open: \(event.tenant)")
                delivered += 1
                if delivered == healthy.count || event.kind != .delivered { break }
            }
        }
    }

    @Test func `while connecting to the first relay hangs, the second sends login codes at once`() async throws {
        let peer = try await Peer.shared()
        let settings = [
            "POSTHORN_EMAIL_FROM": "Posthorn <posthorn@example.org>", "POSTHORN_EMAIL_PROVIDERS": "primary,backup",
            "POSTHORN_EMAIL_PRIMARY_URL": "smtp://127.0.0.1:\(peer.port(.blackhole))",
            "POSTHORN_EMAIL_PRIMARY_STARTTLS": "never",
            "POSTHORN_EMAIL_BACKUP_URL": "smtp://127.0.0.1:\(peer.port(.smtpPlain))", "POSTHORN_EMAIL_BACKUP_STARTTLS": "never",
        ]
        let mails = SenderRig.notifications((0..<60).map { "ada\($0)@example.org" }, .email, .priority, of: "acme")
        try await SenderRig.running([EmailMedium()], settings: settings) { rig in
            try await rig.publish(mails)
            var sent = 0
            for try await event in rig.events {
                #expect(event.kind == .sent, "\(event)")
                // No mail has waited until connecting was given up. On a slow machine the gate may give up the call first.
                let reasons = [Deferral.connecting, .stalled].map(\.description)
                #expect(event.failures.count == 1 && reasons.contains(event.failures[0].reason), "\(event.failures)")
                sent += 1
                if sent == mails.count { break }
            }
        }
    }
}
