import EmailSender
import Foundation
import MIME
import Model
import Senders
import TestPeers
import Testing
import Transfers

/// A mail as a server and a parser see it that nobody here wrote.
@Suite(.enabled(if: Python.isGiven)) struct ForeignMailServerTests {
    /// Takes one mail and prints what it was.
    private func program(port: Int) -> String {
        """
        import email, email.policy, json, sys, threading
        from aiosmtpd.controller import Controller
        done = threading.Event()
        class Handler:
            async def handle_DATA(self, server, session, envelope):
                mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
                print(json.dumps([envelope.rcpt_tos, mail["subject"], mail["message-id"], mail.get_content()]), end="", flush=True)
                done.set()
                return "250 2.0.0 Ok: queued as FOREIGN1"
        controller = Controller(Handler(), hostname="127.0.0.1", port=\(port))
        controller.start()
        done.wait(20)
        controller.stop()
        """
    }

    @Test func isReceivedByAiosmtpdAndParsedByPython() async throws {
        let port = try #require(
            Int(
                try await Python.run(
                    "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1], end='')")))
        async let received = Python.run(program(port: port))
        let relay = MailRelay(url: "smtp://127.0.0.1:\(port)", startTLS: .never)
        let settings = EmailSettings(
            from: Mailbox(name: "Post", address: "post@example.org"), relays: [.init(name: "primary", relay: relay)])
        let loop = TransferLoop()
        let setup = Setup(
            provider: SMTPProvider.chain(settings, loop: loop)[0], loop: loop, address: "ada@example.net", sharesProvider: true,
            medium: .email)
        let notification = setup.notification(setup.address)
        // The server needs a moment to listen; until then its port refuses connections.
        var verdict = Verdict.unavailable(why: "not tried")
        let deadline = ContinuousClock.now + .seconds(20)
        while case .unavailable = verdict, ContinuousClock.now < deadline {
            verdict = await setup.deliver(notifications: [notification])[0]
        }
        #expect(verdict == .sent(reference: "FOREIGN1"))
        let fields = try #require(try JSONSerialization.jsonObject(with: Data(try await received.utf8)) as? [Any])
        #expect(fields[0] as? [String] == ["ada@example.net"])
        #expect(fields[1] as? String == "Titel — Grüße")
        #expect(fields[2] as? String == "<\(notification.id)@example.org>")
        #expect((fields[3] as? String)?.replacing("\r\n", with: "\n") == "Text\n")
        await loop.close()
    }
}
