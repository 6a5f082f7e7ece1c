import Model
import Testing

@testable import posthorn

@Suite struct SendCommandTests {
    @Test func `the options become a request`() throws {
        let request = try request(
            "--channel", "news", "--channel", "more", "--text", "Title", "--text", "Body", "--to", "ada", "--to-email",
            "eve@example.org",
            "--file", "https://example.org/a", "--priority", "bulk", "--medium", "email", "--delivery", "first", "--reference",
            "r", "--dedupe-key", "k",
            "--expires-at", "2030-01-31T12:00:00Z")
        #expect(
            request
                == Request(
                    channels: ["news", "more"], text: ["Title", "Body"], files: ["https://example.org/a"],
                    recipients: [.consumer("ada"), .email("eve@example.org")], lane: .bulk, media: [.email], delivery: .first,
                    expiresAt: Timestamp("2030-01-31T12:00:00Z"), dedupeKey: "k", reference: "r"))
    }

    @Test func `without a text the requests come from standard input`() throws {
        #expect(try request() == nil)
    }

    @Test(arguments: [
        (["--channel", "news"], "--channel needs --text"),
        (["--text", "T"], "nobody to send to: give --channel, --to or --to-email"),
        (
            ["--text", "T", "--channel", "c", "--priority", "high"],
            "--priority must be one of priority, normal, bulk, not \"high\""
        ),
        (["--text", "T", "--to-email", "nobody"], "--to-email must be an email address such as ada@example.org"),
        (["--text", "T", "--channel", "c", "--medium", "fax"], "--medium must be one of email, webhook, not \"fax\""),
    ])
    func `a request that cannot be sent is a usage error`(words: [String], problem: String) {
        let error = #expect(throws: UsageError.self) {
            try SendCommand.request(Arguments(["--service", "shop"] + words, for: SendCommand.command))
        }
        #expect(error?.problem == problem)
    }

    private func request(_ words: String...) throws -> Request? {
        try SendCommand.request(Arguments(["--service", "shop"] + words, for: SendCommand.command))
    }
}
