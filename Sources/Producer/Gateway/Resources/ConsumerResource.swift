import HTTPServer
import JSON
import Model

/// `/v1/consumers`: those who may listen.
enum ConsumerResource {
    /// Adds the consumer if it is new, and its endpoint if that is new.
    static func register(_ call: Call, _ gateway: Gateway) async throws -> ServerResponse {
        var fields = try FieldReader(call.document())
        let name = try fields.requiredString("consumer")
        guard Label.isValid(name) else { throw fields.wrong("consumer", Label.rule) }
        let draft = try fields.value("endpoint").map { value throws(FieldError) in
            try gateway.endpointRule.draft(value, at: "endpoint")
        }
        try fields.finish()
        let (consumer, isNew) = try await gateway.consumers.register(name, of: call.tenant)
        guard let draft else { return .json(isNew ? 201 : 200, document(consumer, more: ("endpoint", .null))) }
        guard let (record, endpointIsNew) = try await gateway.endpoints.add(draft, to: name, of: call.tenant) else {
            throw try await EndpointResource.noRoom(for: name, call, gateway)
        }
        let endpoint = EndpointResource.document(record, secretFrom: gateway.masterKey)
        return .json(isNew || endpointIsNew ? 201 : 200, document(consumer, more: ("endpoint", endpoint)))
    }

    static func list(_ call: Call, _ gateway: Gateway) async throws -> ServerResponse {
        var query = call.query()
        let page = try query.page()
        try query.finish()
        return try await gateway.consumers.list(page, of: call.tenant).response { document($0) }
    }

    static func show(_ call: Call, _ gateway: Gateway) async throws -> ServerResponse {
        let name = try call.label(0)
        try call.query().finish()
        guard let consumer = try await gateway.consumers.find(name, of: call.tenant) else { throw Problem.unknownConsumer(name) }
        let endpoints = try await gateway.endpoints.list(of: name, of: call.tenant)
        return .json(200, document(consumer, more: ("endpoints", .array(endpoints.map { EndpointResource.document($0) }))))
    }

    /// Removes it with its endpoints and subscriptions. What is already on its way is still sent.
    static func remove(_ call: Call, _ gateway: Gateway) async throws -> ServerResponse {
        let name = try call.label(0)
        try call.query().finish()
        guard try await gateway.consumers.remove(name, of: call.tenant) else { throw Problem.unknownConsumer(name) }
        return .noContent
    }

    private static func document(_ consumer: ConsumerStore.Consumer, more: (name: String, value: JSON)? = nil) -> JSON {
        var members: [JSON.Member] = [
            .init("consumer", .string(consumer.name)), .init("created_at", .string(consumer.createdAt.description)),
        ]
        if let more { members.append(.init(more.name, more.value)) }
        return .object(members)
    }
}
