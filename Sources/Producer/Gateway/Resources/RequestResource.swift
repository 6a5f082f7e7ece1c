import HTTPServer
import JSON
import Model

/// `/v1/requests`: messages to everybody who listens.
enum RequestResource {
    /// Answers 202 when the broker has confirmed the request, and not before.
    static func send(_ call: Call, _ gateway: Gateway) async throws -> ServerResponse {
        var request = try Request(call.document())
        var body = call.request.body
        if let key = call.request.header("idempotency-key"), request.dedupeKey != key {
            try adopt(key, into: &request)
            body = request.document.encoded()
            guard body.count <= Request.sizeLimit else { throw Problem.bodyTooLarge(limit: Request.sizeLimit) }
        }
        try await gateway.channels.require(request.channels, of: call.tenant)
        let id = try await gateway.acceptor.accept(
            request, body: body, of: call.tenant, traceparent: call.request.header("traceparent").flatMap(Traceparent.valid))
        // A UUID needs no escaping.
        return ServerResponse(
            status: 202, headers: [("Content-Type", "application/json"), ("Location", "/v1/requests/\(id)")],
            body: Array(#"{"id":"\#(id)","status_url":"/v1/requests/\#(id)"}"#.utf8))
    }

    static func show(_ call: Call, _ gateway: Gateway) async throws -> ServerResponse {
        let id: RequestID = try call.id(0, of: "request")
        try call.query().finish()
        guard let progress = try await gateway.requests.progress(of: id, of: call.tenant) else { throw notTaken(id) }
        return .json(200, document(progress))
    }

    /// A request that was just accepted and one that never was look the same here.
    static func notTaken(_ id: RequestID) -> Problem {
        Problem.notFound(
            "There is no request \(id) on record. If it was accepted a moment ago, the router has not taken it yet: ask again."
        ).with("Retry-After", "1")
    }

    private static func adopt(_ key: String, into request: inout Request) throws {
        guard Label.isValid(key) else { throw FieldError(field: "Idempotency-Key", problem: Label.rule) }
        if request.dedupeKey != nil {
            throw Problem(
                .conflict, 409, "Conflict", "The header Idempotency-Key and the field dedupe_key differ. Send one of them.",
                field: "dedupe_key")
        }
        request.dedupeKey = key
    }

    private static func document(_ progress: RequestStore.Progress) -> JSON {
        let total = progress.counts.reduce(0) { $0 + $1.count }
        return [
            "id": .string(progress.id.description), "state": .string(progress.state),
            "expanded": .bool(progress.state == "expanded"), "reason": JSON(progress.reason),
            "priority": .string(progress.lane), "channel": JSON(progress.channels), "reference": JSON(progress.reference),
            "accepted_at": .string(progress.acceptedAt.description), "finished_at": JSON(progress.finishedAt?.description),
            "notifications": [
                "total": JSON(total),
                "by_status": .object(progress.counts.map { JSON.Member($0.status.rawValue, JSON($0.count)) }),
            ],
        ]
    }
}
