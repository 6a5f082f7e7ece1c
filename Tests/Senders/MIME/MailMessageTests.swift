import Foundation
import TestPeers
import Testing

@testable import MIME

@Suite struct MailMessageTests {
    private func mail(subject: String = "Hello", text: String = "Body\n", name: String? = "Ada") -> MailMessage {
        MailMessage(
            from: Mailbox(name: "Posthorn", address: "posthorn@example.org"), to: Mailbox(name: name, address: "ada@example.org"),
            subject: subject, date: 1_700_000_000, messageID: "id-1@example.org", text: text,
            headers: [("Auto-Submitted", "auto-generated")])
    }

    private func lines(_ mail: MailMessage) throws -> [String] {
        String(decoding: try mail.encoded(), as: UTF8.self).components(separatedBy: "\r\n")
    }

    @Test func writesTheHeadersOfAMail() throws {
        let lines = try lines(mail())
        for line in [
            "From: Posthorn <posthorn@example.org>", "To: Ada <ada@example.org>", "Subject: Hello",
            "Date: Tue, 14 Nov 2023 22:13:20 +0000", "Message-Id: <id-1@example.org>", "MIME-Version: 1.0",
            "Auto-Submitted: auto-generated", "Content-Type: text/plain; charset=utf-8",
        ] {
            #expect(lines.contains { $0.lowercased() == line.lowercased() }, "\(line) in \(lines)")
        }
    }

    @Test(arguments: [
        "plain\n", "Grüße aus Köln\nund mehr\n", "日本語のテキスト\nもう一行\n", String(repeating: "long ", count: 500) + "\n",
        ".\n..\nFrom here\n",
        "crlf\r\nlines\r\n", "",
    ])
    func staysInASCIILinesWithCRLF(_ text: String) throws {
        let bytes = try mail(text: text).encoded()
        #expect(bytes.allSatisfy { $0 < 0x80 })
        for (index, byte) in bytes.enumerated() {
            if byte == 0x0A { #expect(index > 0 && bytes[index - 1] == 0x0D) }
            if byte == 0x0D { #expect(index + 1 < bytes.count && bytes[index + 1] == 0x0A) }
        }
        #expect(bytes.split(separator: 0x0A).allSatisfy { $0.count <= 998 })
    }

    @Test(arguments: ["a\r\nBcc: x@example.org", "a\nb", "a\rb", "a\u{0}b"])
    func refusesWhatCouldBreakOutOfAHeader(_ text: String) {
        #expect(throws: MIMEError.lineEnd(field: "Subject")) { try mail(subject: text).encoded() }
        #expect(throws: MIMEError.lineEnd(field: "To")) { try mail(name: text).encoded() }
        var other = mail()
        other.headers = [("X-Other", text)]
        #expect(throws: MIMEError.lineEnd(field: "X-Other")) { try other.encoded() }
        other.headers = [("X: y", "z")]
        #expect(throws: MIMEError.name) { try other.encoded() }
    }

    @Test func refusesNulInTheText() {
        #expect(throws: MIMEError.nul) { try mail(text: "a\u{0}b").encoded() }
    }

    @Test func readsAMailbox() {
        #expect(Mailbox("Ada Lovelace <ada@example.org>") == Mailbox(name: "Ada Lovelace", address: "ada@example.org"))
        #expect(Mailbox("\"Lovelace, Ada\" <ada@example.org>") == Mailbox(name: "Lovelace, Ada", address: "ada@example.org"))
        #expect(Mailbox("ada@example.org") == Mailbox(address: "ada@example.org"))
        #expect(Mailbox("ada@example.org")?.domain == "example.org")
        for text in ["", "nobody", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example"] {
            #expect(Mailbox(text) == nil, "\(text)")
        }
    }

    @Test func isWrittenOnManyThreadsAtOnce() async throws {
        let one = mail(subject: "Grüße", text: "日本語\n")
        let expected = try one.encoded()
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<200 { group.addTask { try one.encoded() } }
            for try await bytes in group { #expect(bytes == expected) }
        }
    }

    /// How a mail program reads it, by Python's own parser.
    @Test(arguments: [
        ("Hello", "Body\n"), ("Grüße — «Köln» 🎉", "Grüße\n.\n..dots\nFrom here\n"),
        (String(repeating: "sehr lange Überschrift ", count: 12) + "Ende", "日本語のテキスト\nもう一行\n"),
        ("long", String(repeating: "long ", count: 500) + "\n"), ("crlf", "one\r\ntwo\r\n"),
    ])
    func isReadBackByAnother(_ subject: String, _ text: String) async throws {
        let script = """
            import email, email.policy, json, sys
            m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
            raw = m.get_payload(decode=True).decode("utf-8")
            print(json.dumps([m["subject"], m["to"].addresses[0].display_name, raw, [str(d) for d in m.defects]]), end="")
            """
        let bytes = try mail(subject: subject, text: text, name: "Adä Lövelace").encoded()
        let answer = Data(try await Python.run(script, input: bytes).utf8)
        let fields = try #require(try JSONSerialization.jsonObject(with: answer) as? [Any])
        #expect(fields[0] as? String == subject)
        #expect(fields[1] as? String == "Adä Lövelace")
        let expected = text.replacing("\r\n", with: "\n")
        #expect((fields[2] as? String)?.replacing("\r\n", with: "\n") == expected)
        #expect((fields[3] as? [String]) == [])
    }
}
