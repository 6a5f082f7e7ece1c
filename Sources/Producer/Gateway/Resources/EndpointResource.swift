import Database
import HTTPServer
import JSON
import Model

/// `/v1/consumers/{consumer}/endpoints`: where a consumer is reached.
enum EndpointResource {
    static func add(_ call: Call, _ gateway: Gateway) async throws -> ServerResponse {
        let consumer = try call.label(0)
        let draft = try gateway.endpointRule.draft(try call.document(), at: "")
        guard let (record, isNew) = try await gateway.endpoints.add(draft, to: consumer, of: call.tenant) else {
            throw try await noRoom(for: consumer, call, gateway)
        }
        return .json(isNew ? 201 : 200, document(record, secretFrom: gateway.masterKey))
    }

    /// Why an endpoint was not added.
    static func noRoom(for consumer: String, _ call: Call, _ gateway: Gateway) async throws -> Problem {
        guard try await gateway.consumers.find(consumer, of: call.tenant) != nil else { return .unknownConsumer(consumer) }
        return .conflict("The consumer has \(EndpointStore.limit) endpoints, and may have no more. Remove one first.")
    }

    static func list(_ call: Call, _ gateway: Gateway) async throws -> ServerResponse {
        let consumer = try call.label(0)
        try call.query().finish()
        let records = try await gateway.endpoints.list(of: consumer, of: call.tenant)
        if records.isEmpty, try await gateway.consumers.find(consumer, of: call.tenant) == nil {
            throw Problem.unknownConsumer(consumer)
        }
        return .json(200, ["items": .array(records.map { document($0) }), "next": .null])
    }

    static func show(_ call: Call, _ gateway: Gateway) async throws -> ServerResponse {
        let (consumer, id) = try place(call)
        try call.query().finish()
        guard let record = try await gateway.endpoints.find(id, of: consumer, of: call.tenant) else {
            throw missing(id, consumer)
        }
        return .json(200, document(record))
    }

    /// Gives it another address. Its id stays, and so does a webhook's secret.
    static func change(_ call: Call, _ gateway: Gateway) async throws -> ServerResponse {
        let (consumer, id) = try place(call)
        var fields = try FieldReader(call.document())
        let address = try fields.requiredString("address")
        try fields.finish()
        guard let old = try await gateway.endpoints.find(id, of: consumer, of: call.tenant) else { throw missing(id, consumer) }
        if let problem = gateway.endpointRule.problem(with: address, on: old.endpoint.medium) {
            throw fields.wrong("address", problem)
        }
        let changed: EndpointStore.Record?
        do throws(DatabaseError) {
            changed = try await gateway.endpoints.change(id, of: consumer, of: call.tenant, address: address)
        } catch {
            if error.isUniqueViolation { throw Problem.conflict("The consumer has another endpoint with this address.") }
            throw error
        }
        guard let changed else { throw missing(id, consumer) }
        return .json(200, document(changed))
    }

    static func remove(_ call: Call, _ gateway: Gateway) async throws -> ServerResponse {
        let (consumer, id) = try place(call)
        try call.query().finish()
        guard try await gateway.endpoints.remove(id, of: consumer, of: call.tenant) else { throw missing(id, consumer) }
        return .noContent
    }

    /// Renews the secret with which the webhook's calls are signed. The old one ends at once.
    static func rotateSecret(_ call: Call, _ gateway: Gateway) async throws -> ServerResponse {
        let (consumer, id) = try place(call)
        guard let record = try await gateway.endpoints.rotateSecret(id, of: consumer, of: call.tenant) else {
            if try await gateway.endpoints.find(id, of: consumer, of: call.tenant) == nil { throw missing(id, consumer) }
            throw Problem.conflict("The endpoint is no webhook. Other endpoints have no secret.")
        }
        return .json(200, document(record, secretFrom: gateway.masterKey))
    }

    /// - Parameter key: where the answer is to tell the webhook's secret.
    static func document(_ record: EndpointStore.Record, secretFrom key: MasterKey? = nil) -> JSON {
        let endpoint = record.endpoint
        var members: [JSON.Member] = [
            .init("id", .string(endpoint.id.description)), .init("medium", .string(endpoint.medium.rawValue)),
            .init("address", .string(endpoint.address)), .init("state", .string(record.state)),
            .init("created_at", .string(record.createdAt.description)),
        ]
        if let key, endpoint.medium == .webhook {
            let secret = key.webhookSecret(of: endpoint.id, generation: endpoint.parameters.secretGeneration)
            members.append(.init("secret", .string(secret.reveal())))
        }
        return .object(members)
    }

    private static func place(_ call: Call) throws -> (consumer: String, id: EndpointID) {
        (try call.label(0), try call.id(1, of: "endpoint"))
    }

    private static func missing(_ id: EndpointID, _ consumer: String) -> Problem {
        .notFound("The consumer \"\(consumer)\" has no endpoint \(id).")
    }
}
