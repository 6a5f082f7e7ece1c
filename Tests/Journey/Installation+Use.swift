import Broker
import Contract
import Database
import Model
import Runtime
import Topology

extension Installation {
    /// Registers consumers with a webhook each and subscribes all of them to a channel.
    func fill(channel: String, consumers: Int) async throws {
        try await Self.fill(database, channel: channel, consumers: consumers)
    }

    static func fill(_ database: Database, channel: String, consumers: Int, of tenant: TenantName = tenant) async throws {
        _ = try await database.query(
            Statement("INSERT INTO services (name) VALUES ($1) ON CONFLICT DO NOTHING"), [.text(tenant.text)])
        _ = try await database.query(
            Statement(
                """
                WITH channel AS (
                    INSERT INTO channels (service_id, name) SELECT id, $2 FROM services WHERE name = $1 RETURNING id, service_id
                ), people AS (
                    INSERT INTO consumers (service_id, name) SELECT service_id, $2 || n FROM channel, generate_series(1, $3::int) AS n
                    RETURNING id
                ), hooks AS (
                    INSERT INTO endpoints (id, consumer_id, medium, address)
                    SELECT gen_random_uuid(), id, 'webhook', 'https://example.org/' || id FROM people
                )
                INSERT INTO subscriptions (channel_id, consumer_id) SELECT channel.id, people.id FROM channel, people
                """), [.text(tenant.text), .text(channel), .integer(Int64(consumers))])
    }

    /// A publisher that has started; the caller closes it.
    func publisher() async throws -> Publisher {
        let publisher = Publisher(settings: broker, name: "test", log: .discarded, metrics: Metrics())
        try await publisher.start()
        return publisher
    }

    /// Publishes requests as Posthorn's own producers do.
    func publish(_ requests: [(id: RequestID, request: Request)], of tenant: TenantName = tenant) async throws {
        let publisher = try await publisher()
        try await publisher.publish(
            RequestMessage.messages(
                of: requests.map { id, request in
                    Submission(
                        tenant: tenant, lane: request.lane, id: id, user: broker.user, body: request.document.encoded())
                }
            ).map { $0.outgoing() })
        await publisher.close()
    }

    /// The first message that is parked for that reason.
    func parked(_ reason: ParkedReason) async throws -> Delivery {
        let subscriber = Subscriber(settings: broker, name: "test", log: .discarded, metrics: Metrics())
        try await subscriber.start()
        let consumption = try await subscriber.consume(queue: QueueName.parked(reason).name, prefetch: 1)
        for await batch in consumption.deliveries {
            await subscriber.close()
            return batch[0]
        }
        throw Never(what: "a parked message")
    }

    /// How many notifications of a request have each status.
    func counts(of request: RequestID) async throws -> [String: Int] {
        let rows = try await database.query(
            Statement("SELECT status, count(*) AS number FROM notifications WHERE request = $1::uuid GROUP BY status"),
            [.text(request.description)])
        return try Dictionary(uniqueKeysWithValues: rows.map { (try $0.text("status"), Int(try $0.integer("number"))) })
    }

    /// A request's state and why; nil while it is not on record.
    func state(of request: RequestID) async throws -> (state: String, reason: String?)? {
        let rows = try await database.query(
            Statement("SELECT state, reason FROM requests WHERE id = $1::uuid"), [.text(request.description)])
        return try rows.first.map { (try $0.text("state"), try $0.optionalText("reason")) }
    }

    /// Polls until it is so, for at most a minute.
    func eventually(_ what: String, _ isSo: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try await !isSo() {
            guard ContinuousClock.now < deadline else { throw Never(what: what) }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    struct Never: Error, CustomStringConvertible {
        let what: String
        var description: String { "did not happen: \(what)" }
    }
}
