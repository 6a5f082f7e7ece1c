import Model
import ProviderDouble
import Runtime
import SenderProcess
import Senders
import Testing

@Suite("A sender process")
struct SenderRoleTests {
    /// A medium that exists only in this test.
    private struct Scripted: SenderMedium {
        let medium = Medium.email

        func setUp(settings: inout SettingsReader, context: RoleContext) -> MediumSetup? {
            let name = settings.string("POSTHORN_SCRIPTED_NAME", default: "silent")
            return MediumSetup(medium: medium, providers: [ProviderDouble(name, medium: medium)])
        }
    }

    private static let environment = [
        "POSTHORN_BROKER_URL": "amqp://posthorn:secret@127.0.0.1/",
        "POSTHORN_DATABASE_URL": "postgres://posthorn@127.0.0.1/posthorn",
        "POSTHORN_SECRET_KEY": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    ]

    private func reader(_ settings: [String: String] = [:]) throws -> SettingsReader {
        try SettingsReader(environment: Self.environment.merging(settings) { $1 })
    }

    private let context = RoleContext(log: .discarded)

    @Test func `each medium that is set up has its three lanes, in the order of the list`() throws {
        var reader = try reader([
            "POSTHORN_EMAIL_PROVIDERS": "primary", "POSTHORN_EMAIL_FROM": "posthorn@example.org",
            "POSTHORN_EMAIL_PRIMARY_URL": "smtp://mail.example.org",
        ])
        let services = try SenderRole().services(settings: &reader, context: context)
        try reader.finish()
        let names = services.filter { $0.stage == .work }.map(\.name)
        #expect(names.last == "isolated")
        let lanes = names.dropLast()
        #expect(lanes.count == 6)
        #expect(lanes.prefix(3).allSatisfy { $0.hasPrefix("email.") })
        #expect(lanes.suffix(3).allSatisfy { $0.hasPrefix("webhook.") })
    }

    @Test func `a medium that is not set up is not served`() throws {
        var reader = try reader()
        let services = try SenderRole().services(settings: &reader, context: context)
        try reader.finish()
        #expect(services.filter { $0.stage == .work && $0.name != "isolated" }.allSatisfy { $0.name.hasPrefix("webhook.") })
    }

    @Test func `a relay whose address is wrong is reported with everything else that is wrong`() throws {
        var reader = try reader([
            "POSTHORN_EMAIL_PROVIDERS": "primary", "POSTHORN_EMAIL_FROM": "posthorn@example.org",
            "POSTHORN_EMAIL_PRIMARY_URL": "http://mail.example.org", "POSTHORN_WEBHOOK_TIMEOUT": "soon",
        ])
        _ = try SenderRole().services(settings: &reader, context: context)
        let error = #expect(throws: SettingsError.self) { try reader.finish() }
        let names = ["POSTHORN_EMAIL_PRIMARY_URL", "POSTHORN_WEBHOOK_TIMEOUT"]
        #expect(error?.problems.map { $0.prefix { $0 != " " } }.map(String.init) == names)
    }

    @Test func `a relay's rate is a setting`() throws {
        var reader = try reader([
            "POSTHORN_EMAIL_PROVIDERS": "primary,backup", "POSTHORN_EMAIL_FROM": "posthorn@example.org",
            "POSTHORN_EMAIL_PRIMARY_URL": "smtp://mail.example.org", "POSTHORN_EMAIL_PRIMARY_RATE": "14",
            "POSTHORN_EMAIL_BACKUP_URL": "smtp://mail.example.net", "POSTHORN_EMAIL_BACKUP_RATE": "0",
        ])
        let services = try SenderRole().services(settings: &reader, context: context)
        let error = #expect(throws: SettingsError.self) { try reader.finish() }
        #expect(error?.problems == ["POSTHORN_EMAIL_BACKUP_RATE must be a whole number from 1 to 1000000, not \"0\""])
        #expect(services.map(\.name).filter { $0.hasSuffix(".limits") } == ["email.limits"])
    }

    @Test func `another medium is one more element of the list, and reads its own settings`() throws {
        var reader = try reader(["POSTHORN_SCRIPTED_NAME": "given"])
        let services = try SenderRole(media: [Scripted()]).services(settings: &reader, context: context)
        #expect(services.filter { $0.stage == .work && $0.name != "isolated" }.count == 3)
        #expect(!reader.unread.contains("POSTHORN_SCRIPTED_NAME"))
        #expect(context.metrics.exposition().contains(#"attempts_total{medium="email",lane="bulk",provider="given"} 0"#))
    }
}
