import HTTPServer
import JSON
import Model
import WebAPI

/// `/v1/notifications`: the status of a request at each endpoint.
struct NotificationResource: Resource {
    private let notifications: NotificationStore
    private let requests: RequestStore

    init(_ dependencies: GatewayDependencies) {
        notifications = NotificationStore(database: dependencies.database)
        requests = RequestStore(database: dependencies.database)
    }

    func show(_ call: Call) async throws -> ServerResponse {
        let id: NotificationID = try call.id(0, of: "notification")
        try call.query().finish()
        guard let (record, failures) = try await notifications.find(id, of: call.tenant) else {
            throw Problem.notFound("There is no notification \(id).")
        }
        return .json(200, .object(members(record) + [JSON.Member("failures", .array(failures.map(document)))]))
    }

    func listOfRequest(_ call: Call) async throws -> ServerResponse {
        let id: RequestID = try call.id(0, of: "request")
        var query = call.query()
        let page = try query.page()
        let status = try query.choice("status", Status.self)
        try query.finish()
        if let after = page.after, NotificationID(after) == nil {
            throw Problem.invalidQuery(
                "after must be the id of a notification: the value of `next` in the answer before. Leave it out to begin at the start.",
                of: "after")
        }
        let found = try await notifications.list(of: id, status: status, page, of: call.tenant)
        if found.items.isEmpty, try await !requests.exists(id, of: call.tenant) { throw Problem.noSuchRequest(id) }
        return found.response { .object(members($0)) }
    }

    private func members(_ record: NotificationStore.Record) -> [JSON.Member] {
        [
            .init("id", .string(record.id.description)), .init("request", .string(record.request)),
            .init("reference", JSON(record.reference)), .init("consumer", JSON(record.consumer)),
            .init("endpoint", .string(record.endpoint)), .init("medium", .string(record.medium)),
            .init("priority", .string(record.lane)), .init("status", .string(record.status)),
            .init("attempt", JSON(record.attempt)), .init("provider", JSON(record.provider)),
            .init("provider_reference", JSON(record.providerReference)), .init("reason", JSON(record.reason)),
            .init("continued_as", JSON(record.continuedAs)),
            .init("created_at", .string(record.createdAt.description)),
            .init("updated_at", .string(record.updatedAt.description)),
        ]
    }

    private func document(_ failure: NotificationStore.Attempt) -> JSON {
        [
            "attempt": JSON(failure.attempt), "provider": .string(failure.provider), "verdict": JSON(failure.verdict),
            "reason": .string(failure.reason), "at": .string(failure.at.description),
            "duration_ms": failure.duration.map { JSON($0) } ?? .null,
        ]
    }
}
