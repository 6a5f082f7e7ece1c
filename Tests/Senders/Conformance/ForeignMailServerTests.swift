import EmailSender
import Foundation
import MIME
import Model
import Senders
import TestPeers
import Testing
import Transfers

/// A mail, received by an independent server and parsed by an independent parser.
@Suite(.enabled(if: Python.isGiven)) struct ForeignMailServerTests {
    /// Prints its port, takes one mail and prints what it was.
    private let program = """
        import asyncio, email, email.policy, json
        from aiosmtpd.smtp import SMTP
        async def main():
            done = asyncio.Event()
            class Taker(SMTP):
                def connection_lost(self, error):
                    super().connection_lost(error)
                    done.set()
            class Handler:
                async def handle_DATA(self, server, session, envelope):
                    mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
                    print(json.dumps([envelope.rcpt_tos, mail["subject"], mail["message-id"], mail.get_content()]), flush=True)
                    return "250 2.0.0 Ok: queued as FOREIGN1"
            server = await asyncio.get_running_loop().create_server(lambda: Taker(Handler()), "127.0.0.1", 0)
            print(server.sockets[0].getsockname()[1], flush=True)
            # Until the sender has said goodbye.
            await asyncio.wait_for(done.wait(), 60)
        asyncio.run(main())
        """

    @Test func isReceivedByAiosmtpdAndParsedByPython() async throws {
        var lines = try Python.lines(of: program).makeAsyncIterator()
        let port = try #require(await lines.next().flatMap { Int($0) })
        let relay = MailRelay(url: "smtp://127.0.0.1:\(port)", startTLS: .never)
        let settings = EmailSettings(
            from: Mailbox(name: "Post", address: "post@example.org"), relays: [.init(name: "primary", relay: relay)])
        let loop = TransferLoop()
        let setup = Setup(
            provider: SMTPProvider.all(settings, loops: PerLane { _ in loop })[0], loop: loop, address: "ada@example.net",
            sharesProvider: true,
            medium: .email)
        let notification = setup.notification(setup.address)
        #expect(await setup.deliver(notifications: [notification])[0] == .sent(reference: "FOREIGN1"))
        let received = try #require(await lines.next())
        let fields = try #require(try JSONSerialization.jsonObject(with: Data(received.utf8)) as? [Any])
        #expect(fields[0] as? [String] == ["ada@example.net"])
        #expect(fields[1] as? String == "Titel — Grüße")
        #expect(fields[2] as? String == "<\(notification.id)@example.org>")
        #expect((fields[3] as? String)?.replacing("\r\n", with: "\n") == "Text\n")
        await loop.close()
    }
}
