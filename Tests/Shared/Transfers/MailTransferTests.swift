import JSON
import Runtime
import Synchronization
import TestPeers
import Testing

@testable import Transfers

@Suite struct MailTransferTests {
    private let loop = TransferLoop()

    private func relay(
        _ peer: Peer, _ port: Peer.Port, startTLS: MailRelay.StartTLS = .never, user: String? = nil, password: String = "right",
        trusts: Bool = true
    ) -> MailRelay {
        MailRelay(
            url: "\(port == .smtps ? "smtps" : "smtp")://localhost:\(peer.port(port))", user: user,
            password: user.map { _ in Secret(password) }, startTLS: startTLS, certificateAuthority: trusts ? peer.authority : nil)
    }

    private func send(
        _ relay: MailRelay, to recipient: String, from sender: String = "from@example.org",
        text: String = "Subject: x\r\n\r\nhello\r\n"
    ) async -> Result<MailReply, TransferError> {
        let mail = MailSubmission(
            relay: relay, sender: sender, recipients: [recipient], message: Array(text.utf8),
            timeout: .seconds(recipient.hasPrefix("hang") ? 4 : 20))
        return await outcome(of: mail, loop)
    }

    private func outcome(of mail: MailSubmission, _ loop: TransferLoop) async -> Result<MailReply, TransferError> {
        await withCheckedContinuation { continuation in
            loop.submit([mail]) { _, result in continuation.resume(returning: result) }
        }
    }

    @Test func handsAMailOverWithDotsAsTheyWere() async throws {
        let peer = try await Peer.shared()
        let text = "Subject: dots\r\n\r\n.one\r\n..two\r\nend\r\n"
        let result = await send(relay(peer, .smtpPlain), to: "dots@example.org", text: text)
        let reply = try result.get()
        #expect(reply.code == 250)
        #expect(reply.text.contains("queued as Q"))
        let mail = try #require(try await peer.mails("dots@").first)
        #expect(mail["message"]?.stringValue == text)
        #expect(mail["from"] == "from@example.org")
    }

    @Test(arguments: [(Peer.Port.smtp, MailRelay.StartTLS.required), (.smtp, .opportunistic), (.smtps, .never)])
    func usesTLSAndAUser(_ port: Peer.Port, _ startTLS: MailRelay.StartTLS) async throws {
        let peer = try await Peer.shared()
        let recipient = "tls-\(port)-\(startTLS)@example.org"
        _ = try await send(relay(peer, port, startTLS: startTLS, user: "ada"), to: recipient).get()
        let mail = try #require(try await peer.mails(recipient).first)
        #expect(mail["tls"] == true)
        #expect(mail["user"] == "ada")
    }

    @Test func sendsNothingWithoutTheTLSThatIsRequired() async throws {
        let peer = try await Peer.shared()
        let missing = await send(relay(peer, .smtpPlain, startTLS: .required), to: "a@example.org")
        #expect(missing == .failure(.tlsFailed("the server does not offer TLS")))
        let untrusted = await send(relay(peer, .smtp, startTLS: .required, trusts: false), to: "a@example.org")
        #expect(untrusted == .failure(.tlsFailed("the server's certificate cannot be trusted")))
        let plain = await send(relay(peer, .smtpPlain, startTLS: .opportunistic), to: "plain-ok@example.org")
        #expect((try? plain.get())?.code == 250)
    }

    @Test func reportsAWrongPassword() async throws {
        let peer = try await Peer.shared()
        let result = await send(relay(peer, .smtp, startTLS: .required, user: "ada", password: "wrong"), to: "a@example.org")
        #expect(result == .failure(.authenticationFailed(MailReply(code: 535, text: "5.7.8 not with this password"))))
    }

    @Test(arguments: [
        ("rcpt450@example.org", MailStage.recipient, 450), ("rcpt550@example.org", .recipient, 550),
        ("data451@example.org", .data, 451), ("end554@example.org", .message, 554), ("rcpt421@example.org", .recipient, 421),
    ])
    func reportsWhereTheRelayRefused(_ recipient: String, _ stage: MailStage, _ code: Int) async throws {
        let peer = try await Peer.shared()
        guard case .failure(.refusedByServer(let at, let reply)) = await send(relay(peer, .smtpPlain), to: recipient) else {
            Issue.record("not refused")
            return
        }
        #expect(at == stage)
        #expect(reply.code == code)
        #expect(!reply.text.contains("@"))
    }

    @Test func reportsARefusedSenderAndARelayThatDoesNotServe() async throws {
        let peer = try await Peer.shared()
        let sender = await send(relay(peer, .smtpPlain), to: "a@example.org", from: "mail550@example.org")
        #expect(sender == .failure(.refusedByServer(.sender, MailReply(code: 550, text: "sender … refused"))))
        let busy = await send(relay(peer, .busy), to: "a@example.org")
        #expect(busy == .failure(.refusedByServer(.greeting, MailReply(code: 554, text: "no service here"))))
    }

    @Test func isAmbiguousOnlyAfterTheMessage() async throws {
        let peer = try await Peer.shared()
        for recipient in ["hang@example.org", "break@example.org", "malformed@example.org"] {
            guard case .failure(let error) = await send(relay(peer, .smtpPlain), to: recipient) else {
                Issue.record("\(recipient) was taken")
                continue
            }
            #expect(error.mayHaveArrived, "\(recipient): \(error)")
        }
        #expect(await send(relay(peer, .silent), to: "hang@example.org") == .failure(.timedOut(sentRequest: false)))
        #expect(await send(relay(peer, .closed), to: "a@example.org") == .failure(.connectFailed("connection refused")))
    }

    @Test func takesNoLateAnswerForTheNextMail() async throws {
        let peer = try await Peer.shared()
        let loop = TransferLoop(connectionsPerHost: 1)
        let mails = ["hold-late@example.org", "after-late@example.org"].map { recipient in
            MailSubmission(
                relay: relay(peer, .smtpPlain), sender: "from@example.org", recipients: [recipient],
                message: Array("Subject: x\r\n\r\nhello\r\n".utf8), timeout: .seconds(recipient.hasPrefix("hold") ? 4 : 20))
        }
        let first = await outcome(of: mails[0], loop)
        #expect(first == .failure(.timedOut(sentRequest: true)))
        // The answer to the first is still to come, so the second neither waits for it nor shares its connection.
        let second = await outcome(of: mails[1], loop)
        #expect((try? second.get())?.code == 250)
        try await peer.release("late")
        #expect(try await peer.mails("after-late@").count == 1)
        await loop.close()
    }

    @Test func keepsAConnectionForTheNextMail() async throws {
        let peer = try await Peer.shared()
        let loop = TransferLoop(connectionsPerHost: 1)
        let mails = (0..<20).map { number in
            MailSubmission(
                relay: relay(peer, .smtps), sender: "from@example.org", recipients: ["reuse\(number)@example.org"],
                message: Array("Subject: x\r\n\r\nhello\r\n".utf8))
        }
        let outcomes = await withCheckedContinuation { continuation in
            let seen = Mutex<[Int: Int]>([:])
            loop.submit(mails) { index, result in
                let all = seen.withLock { seen in
                    seen[index, default: 0] += (try? result.get())?.code ?? 0
                    return seen.count == mails.count ? seen : nil
                }
                if let all { continuation.resume(returning: all) }
            }
        }
        #expect(outcomes == Dictionary(uniqueKeysWithValues: (0..<20).map { ($0, 250) }))
        #expect(Set(try await peer.mails("reuse").compactMap { $0["session"]?.integerValue }).count == 1)
        await loop.close()
    }

    @Test func doesNotHoldUpCallsWhileARelayThinks() async throws {
        let peer = try await Peer.shared()
        async let mail = send(relay(peer, .smtpPlain), to: "hold-thinking@example.org")
        try await peer.held("thinking")
        #expect(try await loop.perform(HTTPCall(.get, peer.url("/status/204"))).status == 204)
        try await peer.release("thinking")
        #expect((try? await mail.get())?.code == 250)
    }
}
