import WebAPI

extension Tag {
    static let endpoints = Tag("Endpoints", "Where a consumer is reached.")
}

extension Answer {
    static let endpointsFull = shared(409, "EndpointsFull")
}

extension EndpointResource {
    static var components: [UInt8] { PackageResources.endpoints_json }

    static let routes: [Route<EndpointResource>] = [
        Route(
            .post, "/v1/consumers/{consumer}/endpoints", add,
            Operation(
                "addEndpoint", .endpoints, "Add an endpoint to a consumer", details: "Safe to repeat.",
                .body(.init("EndpointDraft", example: ["medium": "email", "address": "ada@example.org"])),
                answers: [
                    .json(200, "It was there already; one that was gone or disabled is active again.", "Endpoint"),
                    .json(201, "It was added.", "Endpoint"), .notFound, .endpointsFull,
                ])),
        Route(
            .get, "/v1/consumers/{consumer}/endpoints", list,
            Operation(
                "listEndpoints", .endpoints, "The endpoints of a consumer, oldest first", .query(),
                answers: [.json(200, "All of them.", "EndpointPage"), .notFound])),
        Route(
            .get, "/v1/consumers/{consumer}/endpoints/{endpoint}", show,
            Operation(
                "showEndpoint", .endpoints, "An endpoint", .query(),
                answers: [.json(200, "The endpoint.", "Endpoint"), .notFound])),
        Route(
            .patch, "/v1/consumers/{consumer}/endpoints/{endpoint}", change,
            Operation(
                "changeEndpoint", .endpoints, "Give an endpoint another address",
                .body(.init("EndpointChange", example: ["address": "ada@example.net"])),
                answers: [
                    .json(200, "The endpoint. Its id stays, and so does a webhook's secret.", "Endpoint"), .notFound,
                    .shared(409, "Conflict"),
                ])),
        Route(
            .delete, "/v1/consumers/{consumer}/endpoints/{endpoint}", remove,
            Operation(
                "removeEndpoint", .endpoints, "Remove an endpoint", .query(),
                answers: [.noContent("It is removed."), .notFound])),
        Route(
            .post, "/v1/consumers/{consumer}/endpoints/{endpoint}/secret", rotateSecret,
            Operation(
                "renewSecret", .endpoints, "Renew the secret with which a webhook's calls are signed", .nothing,
                answers: [
                    .json(200, "The endpoint with its new secret. The old one ends at once.", "Endpoint"), .notFound,
                    .problem(409, "The endpoint is no webhook, and only webhooks have a secret."),
                ])),
    ]
}
