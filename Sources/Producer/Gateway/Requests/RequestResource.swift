import Broker
import HTTPServer
import JSON
import Model
import Runtime
import WebAPI

/// `/v1/requests`: messages to everybody who is subscribed.
struct RequestResource: Resource {
    private let requests: RequestStore
    private let counts: RequestCounts
    private let canceller: RequestCanceller
    private let channels: ChannelCache
    private let acceptor: RequestAcceptor
    private let keyed: KeyedRequests
    private let media: Media
    private let log: Log

    init(_ dependencies: GatewayDependencies) {
        requests = RequestStore(database: dependencies.database)
        counts = RequestCounts(requests)
        canceller = RequestCanceller(
            requests: requests, counts: counts, cancellations: CancellationStore(database: dependencies.database),
            notify: dependencies.notifyOfCancellation)
        channels = dependencies.channels
        acceptor = dependencies.acceptor
        keyed = KeyedRequests(requests)
        media = dependencies.media
        log = dependencies.log
    }

    /// Answers 202 when the broker has confirmed the request, and not before.
    func send(_ call: Call) async throws -> ServerResponse {
        var request = try Request(call.document(), known: media)
        var body = call.request.body
        var field = "dedupe_key"
        if let key = call.request.header("idempotency-key") {
            field = "Idempotency-Key"
            if request.dedupeKey != key {
                try Self.adopt(key, into: &request)
                body = request.document.encoded()
                guard body.count <= Request.sizeLimit else { throw Problem.bodyTooLarge(limit: Request.sizeLimit) }
            }
        }
        let traceparent = call.request.header("traceparent").flatMap(Traceparent.valid)
        let send = { (id: RequestID) async throws in
            try await channels.require(request.channels, of: call.tenant)
            do throws(PublishError) {
                try await acceptor.accept(request, id: id, body: body, of: call.tenant, traceparent: traceparent)
            } catch { throw refusal(error) }
        }
        guard let key = request.dedupeKey, let digest = request.digest else {
            let id = RequestID.fresh()
            try await send(id)
            return Self.accepted(id)
        }
        let id = RequestID.derived(tenant: call.tenant.name, dedupeKey: key)
        do {
            let isRepeat = try await keyed.send(id, digest: digest, of: call.tenant) { try await send(id) }
            return Self.accepted(id, isRepeat: isRepeat)
        } catch let conflict as KeyedRequests.Conflict {
            throw Problem.keyIsTaken(field: field, by: conflict.id)
        }
    }

    func show(_ call: Call) async throws -> ServerResponse {
        let id: RequestID = try call.id(0, of: "request")
        try call.query().finish()
        guard let record = try await requests.find(id, of: call.tenant) else { throw Problem.noSuchRequest(id) }
        return .json(200, record.document(try await counts.answer(for: record, of: call.tenant)))
    }

    /// Answers when every router and sender has confirmed that it begins nothing more of the request, or has not answered in time.
    func cancel(_ call: Call) async throws -> ServerResponse {
        let id: RequestID = try call.id(0, of: "request")
        try call.query().finish()
        switch try await canceller.cancel(id, of: call.tenant) {
        case .unknown: throw Problem.noSuchRequest(id)
        case .awaited(let reach):
            return .json(
                202,
                [
                    "id": .string(id.description), "status_url": .string("/v1/requests/\(id)"),
                    "confirmed": .bool(reach == .everybody),
                ])
        case .onRecord(let record, let answer, let reach): return .json(200, record.document(answer, cancelled: reach))
        }
    }

    private func refusal(_ error: PublishError) -> Problem {
        if error.isTransient {
            // The publisher has reported the outage; a line for each call would only hide it.
            log.debug("a request was not accepted", ["error": error])
        } else {
            log.error("the broker does not take requests", ["error": error])
        }
        return .notAccepted(error)
    }

    /// A UUID needs no escaping.
    private static func accepted(_ id: RequestID, isRepeat: Bool = false) -> ServerResponse {
        let more = isRepeat ? #","repeated":true"# : ""
        let headers = isRepeat ? [("Idempotency-Replayed", "true")] : []
        return ServerResponse(
            status: 202, headers: [("Content-Type", "application/json"), ("Location", "/v1/requests/\(id)")] + headers,
            body: Array(#"{"id":"\#(id)","status_url":"/v1/requests/\#(id)"\#(more)}"#.utf8))
    }

    private static func adopt(_ key: String, into request: inout Request) throws {
        // Where bytes are not UTF-8, two keys that differ would look the same.
        guard Label.isValid(key), !key.unicodeScalars.contains("\u{FFFD}") else {
            throw FieldError(field: "Idempotency-Key", problem: Label.rule + ", in UTF-8")
        }
        if request.dedupeKey != nil {
            throw Problem(
                .conflict, 409, "Conflict", "The header Idempotency-Key and the field dedupe_key differ. Send one of them.",
                field: "dedupe_key")
        }
        request.dedupeKey = key
    }
}
