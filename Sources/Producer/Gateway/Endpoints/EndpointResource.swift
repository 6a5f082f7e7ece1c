import Database
import HTTPServer
import JSON
import Model
import WebAPI

/// `/v1/consumers/{consumer}/endpoints`: where a consumer is reached.
struct EndpointResource: Resource {
    private let endpoints: EndpointStore
    private let consumers: ConsumerStore
    private let rule: EndpointRule
    private let masterKey: MasterKey

    init(_ dependencies: GatewayDependencies) {
        endpoints = EndpointStore(database: dependencies.database)
        consumers = ConsumerStore(database: dependencies.database)
        rule = dependencies.endpointRule
        masterKey = dependencies.masterKey
    }

    func add(_ call: Call) async throws -> ServerResponse {
        let consumer = try call.label(0)
        let draft = try rule.draft(try call.document(), at: "")
        guard let (record, isNew) = try await endpoints.add(draft, to: consumer, of: call.tenant) else {
            let isThere = try await consumers.find(consumer, of: call.tenant) != nil
            throw isThere ? Problem.endpointsFull : .unknownConsumer(consumer)
        }
        return .json(isNew ? 201 : 200, record.document(secretFrom: masterKey))
    }

    func list(_ call: Call) async throws -> ServerResponse {
        let consumer = try call.label(0)
        try call.query().finish()
        let records = try await endpoints.list(of: consumer, of: call.tenant)
        if records.isEmpty, try await consumers.find(consumer, of: call.tenant) == nil {
            throw Problem.unknownConsumer(consumer)
        }
        return .json(200, ["items": .array(records.map { $0.document() }), "next": .null])
    }

    func show(_ call: Call) async throws -> ServerResponse {
        let (consumer, id) = try place(call)
        try call.query().finish()
        guard let record = try await endpoints.find(id, of: consumer, of: call.tenant) else {
            throw missing(id, consumer)
        }
        return .json(200, record.document())
    }

    /// Gives it another address. Its id stays, and so does a webhook's secret.
    func change(_ call: Call) async throws -> ServerResponse {
        let (consumer, id) = try place(call)
        var fields = try FieldReader(call.document())
        let address = try fields.requiredString("address")
        try fields.finish()
        guard let old = try await endpoints.find(id, of: consumer, of: call.tenant) else { throw missing(id, consumer) }
        if let problem = rule.problem(with: address, on: old.endpoint.medium) {
            throw fields.wrong("address", problem)
        }
        let changed: EndpointStore.Record?
        do throws(DatabaseError) {
            changed = try await endpoints.change(id, of: consumer, of: call.tenant, address: address)
        } catch {
            if error.isUniqueViolation { throw Problem.conflict("The consumer has another endpoint with this address.") }
            throw error
        }
        guard let changed else { throw missing(id, consumer) }
        return .json(200, changed.document())
    }

    func remove(_ call: Call) async throws -> ServerResponse {
        let (consumer, id) = try place(call)
        try call.query().finish()
        guard try await endpoints.remove(id, of: consumer, of: call.tenant) else { throw missing(id, consumer) }
        return .noContent
    }

    /// Renews the secret with which the webhook's calls are signed. The old one ends at once.
    func rotateSecret(_ call: Call) async throws -> ServerResponse {
        let (consumer, id) = try place(call)
        guard let record = try await endpoints.rotateSecret(id, of: consumer, of: call.tenant) else {
            if try await endpoints.find(id, of: consumer, of: call.tenant) == nil { throw missing(id, consumer) }
            throw Problem.conflict("The endpoint is no webhook. Other endpoints have no secret.")
        }
        return .json(200, record.document(secretFrom: masterKey))
    }

    private func place(_ call: Call) throws -> (consumer: String, id: EndpointID) {
        (try call.label(0), try call.id(1, of: "endpoint"))
    }

    private func missing(_ id: EndpointID, _ consumer: String) -> Problem {
        .notFound("The consumer \"\(consumer)\" has no endpoint \(id).")
    }
}
