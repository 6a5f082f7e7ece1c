import Contract
import Database
import Model
import ProviderDouble
import Recorder
import Router
import Runtime
import Schema
import SenderProcess
import Senders
import Synchronization
import TestSupport
import Testing

/// A medium that exists only here. It is added as CONTRIBUTING says: a description, a sender, and one line in each list.
private enum Pigeon {
    static let medium = Medium(rawValue: "pigeon")!
    static let ring = EndpointParameter("ring", from: .registration)

    static let media = Media(
        Media.posthorn.descriptions + [
            MediumDescription(
                medium, address: .text { $0.hasPrefix("loft ") ? nil : "must be a loft such as loft 7" }, parameters: [ring],
                isAddressable: true)
        ])
}

private struct PigeonMedium: SenderMedium {
    let medium = Pigeon.medium
    let provider: ProviderDouble

    func setUp(settings: inout SettingsReader, context: RoleContext) -> MediumSetup? {
        settings.optionalString("POSTHORN_PIGEON_DOVECOTE") == nil ? nil : MediumSetup(medium: medium, providers: [provider])
    }
}

@Suite("A medium is added by a description and a sender", .timeLimit(.minutes(1)))
struct TestMediumTests {
    @Test func `its endpoints receive messages, and their outcomes are recorded`() async throws {
        let provider = ProviderDouble("dovecote", medium: Pigeon.medium)
        try await Self.running(provider) { installation in
            try await Self.register("loft 7", ring: "NL-4711", in: installation.database)
            let request = Request(
                channels: ["news"], text: ["Title"], recipients: [.address("loft 9", on: Pigeon.medium)],
                media: [Pigeon.medium])
            let id = RequestID.fresh()
            try await installation.publish([(id, request)])
            try await installation.eventually("both are delivered") {
                try await installation.counts(of: id) == ["delivered": 2]
            }
            let rings = provider.given.map { ($0.endpoint.address, $0.endpoint.parameters[Pigeon.ring]) }
            #expect(rings.count == 2)
            #expect(Dictionary(rings) { first, _ in first } == ["loft 7": "NL-4711", "loft 9": nil])
        }
    }

    private static func running(
        _ provider: ProviderDouble, _ body: @escaping @Sendable (Installation) async throws -> Void
    ) async throws {
        try await TestBroker.withVhost { vhost in
            try await TestDatabase.withDatabase { database, settings in
                try await Installation.applyTopology(to: vhost, media: Pigeon.media)
                #expect(try await Migrations(database, media: Pigeon.media).apply() == ["medium pigeon"])
                let context = RoleContext(log: .discarded)
                var environment = Installation.environment(vhost.settings, settings)
                environment["POSTHORN_PIGEON_DOVECOTE"] = "roof"
                var reader = try SettingsReader(environment: environment)
                let services =
                    try RecorderRole().services(settings: &reader, context: context)
                    + SenderRole(media: [PigeonMedium(provider: provider)]).services(settings: &reader, context: context)
                    + RouterRole(media: Pigeon.media).services(settings: &reader, context: context)
                try reader.finish()
                let installation = Installation(broker: vhost.settings, database: database, metrics: context.metrics)
                let outcome = Mutex<Result<Void, any Error>>(.success(()))
                try await ServiceGroup(services, drainLimit: .seconds(20), log: .discarded).run {
                    do { try await body(installation) } catch { outcome.withLock { $0 = .failure(error) } }
                }
                try outcome.withLock { $0 }.get()
            }
        }
    }

    /// A consumer with one endpoint of the medium, which listens to the channel `news`.
    private static func register(_ address: String, ring: String, in database: Database) async throws {
        var parameters = EndpointParameters()
        parameters[Pigeon.ring] = ring
        _ = try await database.query(
            Statement(
                """
                WITH tenant AS (
                    INSERT INTO services (name) VALUES ($1) RETURNING id
                ), channel AS (
                    INSERT INTO channels (service_id, name) SELECT id, 'news' FROM tenant RETURNING id
                ), consumer AS (
                    INSERT INTO consumers (service_id, name) SELECT id, 'ada' FROM tenant RETURNING id
                ), endpoint AS (
                    INSERT INTO endpoints (id, consumer_id, medium, address, parameters)
                    SELECT gen_random_uuid(), id, 'pigeon', $2, $3::jsonb FROM consumer
                )
                INSERT INTO subscriptions (channel_id, consumer_id) SELECT channel.id, consumer.id FROM channel, consumer
                """),
            [.text(Installation.tenant.text), .text(address), .text(parameters.text!)])
    }
}
