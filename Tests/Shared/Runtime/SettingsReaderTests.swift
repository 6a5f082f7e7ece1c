import Foundation
import Runtime
import Testing

@Suite struct SettingsReaderTests {
    enum Format: String, CaseIterable { case logfmt, json }

    @Test func `all invalid settings are reported together`() throws {
        var reader = try SettingsReader(environment: [
            "POSTHORN_COUNT": "many", "POSTHORN_AGE": "5 minutes", "POSTHORN_FLAG": "yes", "POSTHORN_FORMAT": "xml",
            "POSTHORN_LARGE": "101",
        ])
        _ = reader.integer("POSTHORN_COUNT", default: 1, in: 1...100)
        _ = reader.integer("POSTHORN_LARGE", default: 1, in: 1...100)
        _ = reader.duration("POSTHORN_AGE", default: .seconds(1), in: .milliseconds(1)...(.seconds(60)))
        _ = reader.bool("POSTHORN_FLAG", default: false)
        _ = reader.choice("POSTHORN_FORMAT", default: Format.json)
        _ = reader.requiredString("POSTHORN_URL", example: "amqp://localhost")
        let error = #expect(throws: SettingsError.self) { try reader.finish() }
        #expect(
            error?.problems.map { $0.prefix { $0 != " " } } == [
                "POSTHORN_COUNT", "POSTHORN_LARGE", "POSTHORN_AGE", "POSTHORN_FLAG", "POSTHORN_FORMAT", "POSTHORN_URL",
            ])
        #expect(error?.description.hasPrefix("6 settings are wrong:\n  POSTHORN_COUNT must be a whole number") == true)
    }

    @Test func `an invalid setting that two roles read is reported once`() throws {
        var reader = try SettingsReader(environment: [:])
        for _ in 1...2 { _ = reader.requiredString("POSTHORN_URL", example: "amqp://localhost") }
        #expect(throws: SettingsError(problems: ["POSTHORN_URL is not set; for example POSTHORN_URL=amqp://localhost"])) {
            try reader.finish()
        }
    }

    @Test(arguments: [
        ("200ms", Duration.milliseconds(200)), ("15s", .seconds(15)), ("2m", .seconds(120)), ("1h", .seconds(3600)),
        ("15", nil), ("s", nil), ("-1s", nil), ("1.5s", nil), ("1d", .seconds(86_400)), ("1w", nil), ("½s", nil),
        ("9000000000000000000h", nil),
    ])
    func `a duration is a whole number with a unit`(text: String, expected: Duration?) throws {
        var reader = try SettingsReader(environment: ["POSTHORN_AGE": text])
        let duration = reader.duration("POSTHORN_AGE", default: .seconds(7), in: .zero...(.seconds(86400)))
        #expect(duration == expected ?? .seconds(7))
        #expect(((try? reader.finish()) != nil) == (expected != nil))
    }

    @Test func `an empty setting counts as absent, and a list is trimmed`() throws {
        var reader = try SettingsReader(environment: ["POSTHORN_A": "", "POSTHORN_B": " x, ,y "])
        #expect(reader.string("POSTHORN_A", default: "fallback") == "fallback")
        #expect(reader.list("POSTHORN_B") == ["x", "y"])
        try reader.finish()
    }

    @Test func `the environment overrides the file`() throws {
        let path = try file("# a comment\n\nPOSTHORN_A = file\nPOSTHORN_B=of=file\r\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        var reader = try SettingsReader(environment: ["POSTHORN_SETTINGS": path, "POSTHORN_A": "environment", "PATH": "/bin"])
        #expect(reader.optionalString("POSTHORN_A") == "environment")
        #expect(reader.unread == ["POSTHORN_B"])
        #expect(reader.optionalString("POSTHORN_B") == "of=file")
        #expect(reader.unread.isEmpty)
    }

    @Test func `every invalid line of the file is reported`() throws {
        let path = try file("POSTHORN_A\nPOSTHORN_B=1\nNAME=2\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let error = #expect(throws: SettingsError.self) { try SettingsReader(environment: ["POSTHORN_SETTINGS": path]) }
        #expect(error?.problems.count == 2)
        #expect(error?.problems.first?.contains("line 1 ") == true && error?.problems.last?.contains("line 3 ") == true)
    }

    @Test func `an unreadable file is reported`() {
        let error = #expect(throws: SettingsError.self) {
            try SettingsReader(environment: ["POSTHORN_SETTINGS": "/nowhere/at all"])
        }
        #expect(error?.description.contains("/nowhere/at all") == true)
    }

    private func file(_ text: String) throws -> String {
        let path = NSTemporaryDirectory() + "posthorn-settings-\(UUID().uuidString)"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }
}
