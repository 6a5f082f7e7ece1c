import HTTPServer
import JSON
import Model
import WebAPI

/// `/v1/consumers`: those who may listen.
struct ConsumerResource: Resource {
    private let consumers: ConsumerStore
    private let endpoints: EndpointStore
    private let endpointRule: EndpointRule
    private let masterKey: MasterKey

    init(_ dependencies: GatewayDependencies) {
        consumers = ConsumerStore(database: dependencies.database)
        endpoints = EndpointStore(database: dependencies.database)
        endpointRule = dependencies.endpointRule
        masterKey = dependencies.masterKey
    }

    /// Adds the consumer if it is new, and its endpoint if that is new.
    func register(_ call: Call) async throws -> ServerResponse {
        var fields = try FieldReader(call.document())
        let name = try fields.requiredString("consumer")
        guard Label.isValid(name) else { throw fields.wrong("consumer", Label.rule) }
        let draft = try fields.value("endpoint").map { value throws(FieldError) in
            try endpointRule.draft(value, at: "endpoint")
        }
        try fields.finish()
        let (consumer, isNew) = try await consumers.register(name, of: call.tenant)
        guard let draft else { return .json(isNew ? 201 : 200, document(consumer, more: ("endpoint", .null))) }
        guard let (record, endpointIsNew) = try await endpoints.add(draft, to: name, of: call.tenant) else {
            let isThere = try await consumers.find(name, of: call.tenant) != nil
            throw isThere ? Problem.endpointsFull : .unknownConsumer(name)
        }
        let endpoint = record.document(secretFrom: masterKey)
        return .json(isNew || endpointIsNew ? 201 : 200, document(consumer, more: ("endpoint", endpoint)))
    }

    func list(_ call: Call) async throws -> ServerResponse {
        var query = call.query()
        let page = try query.page()
        try query.finish()
        return try await consumers.list(page, of: call.tenant).response { document($0) }
    }

    func show(_ call: Call) async throws -> ServerResponse {
        let name = try call.label(0)
        try call.query().finish()
        guard let consumer = try await consumers.find(name, of: call.tenant) else { throw Problem.unknownConsumer(name) }
        let endpoints = try await self.endpoints.list(of: name, of: call.tenant)
        return .json(200, document(consumer, more: ("endpoints", .array(endpoints.map { $0.document() }))))
    }

    /// Removes it with its endpoints and subscriptions. What is already on its way is still sent.
    func remove(_ call: Call) async throws -> ServerResponse {
        let name = try call.label(0)
        try call.query().finish()
        guard try await consumers.remove(name, of: call.tenant) else { throw Problem.unknownConsumer(name) }
        return .noContent
    }

    private func document(_ consumer: ConsumerStore.Consumer, more: (name: String, value: JSON)? = nil) -> JSON {
        var members: [JSON.Member] = [
            .init("consumer", .string(consumer.name)), .init("created_at", .string(consumer.createdAt.description)),
        ]
        if let more { members.append(.init(more.name, more.value)) }
        return .object(members)
    }
}
