import JSON
import WebAPI

extension Tag {
    static let requests = Tag("Requests", "Messages and their status.")
}

extension Answer {
    static let noSuchRequest = shared(404, "NoSuchRequest")
}

extension RequestResource {
    static var components: [UInt8] { PackageResources.requests_json }

    static let routes: [Route<RequestResource>] = [
        Route(
            .post, "/v1/requests", send,
            Operation(
                "sendRequest", .requests, "Send a message to everybody who is subscribed",
                .body(
                    .init("Request", example: ["channel": ["news"], "text": ["Title", "Body"]]),
                    headers: ["IdempotencyKey", "Traceparent"]),
                answers: [
                    .json(
                        202, "The broker has confirmed it, now or, where it is a repeat under its key, before.", "Accepted",
                        headers: acceptedHeaders),
                    .problem(404, "A channel is unknown; the detail names it."),
                    .problem(
                        409,
                        "Another request was sent under this key; `field` says where the key was given. Or header and body name two keys."
                    ),
                    .shared(503, "NotAccepted"),
                ])),
        Route(
            .get, "/v1/requests/{request}", show,
            Operation(
                "showRequest", .requests, "How far a request has come", .query(),
                answers: [.json(200, "What is on record.", "Progress"), .noSuchRequest])),
        Route(
            .delete, "/v1/requests/{request}", cancel,
            Operation(
                "cancelRequest", .requests, "Cancel a request: stop what is not yet sent", .query(),
                answers: [
                    .json(
                        200,
                        "It is cancelled, now or before. Where everything was sent already, or it was rejected or has expired, its state stays, and nothing is stopped.",
                        "Progress"),
                    .json(
                        202,
                        "Nothing is on record under this id yet. The cancellation is recorded, and the request is stopped when the router takes it.",
                        "CancellationAwaited"),
                    .noSuchRequest,
                ])),
    ]

    private static let acceptedHeaders: JSON = [
        "Location": ["schema": ["type": "string", "format": "uri-reference"]],
        "Idempotency-Replayed": [
            "schema": ["type": "string", "enum": ["true"]],
            "description": "There where it is a repeat. Nothing was sent again.",
        ],
    ]
}
