import JSON
import WebAPI

extension Tag {
    static let consumers = Tag("Consumers", "Those who may listen.")
}

extension ConsumerResource {
    static var components: [UInt8] { PackageResources.consumers_json }

    static let routes: [Route<ConsumerResource>] = [
        Route(
            .post, "/v1/consumers", register,
            Operation(
                "registerConsumer", .consumers, "Register a consumer, and an endpoint with it", details: "Safe to repeat.",
                .body(.init("Registration", example: registration)),
                answers: [
                    .json(200, "Both were there already; an endpoint that was gone or disabled is active again.", "Registered"),
                    .json(201, "Something was added.", "Registered"), .endpointsFull,
                ])),
        Route(
            .get, "/v1/consumers", list,
            Operation(
                "listConsumers", .consumers, "The consumers, by their names", .query(["Limit", "After"]),
                answers: [.json(200, "A part of them.", "ConsumerPage")])),
        Route(
            .get, "/v1/consumers/{consumer}", show,
            Operation(
                "showConsumer", .consumers, "A consumer with its endpoints", .query(),
                answers: [.json(200, "The consumer.", "Consumer"), .notFound])),
        Route(
            .delete, "/v1/consumers/{consumer}", remove,
            Operation(
                "removeConsumer", .consumers, "Remove a consumer with its endpoints and subscriptions", .query(),
                answers: [.noContent("It is removed. What is already on its way is still sent."), .notFound])),
    ]

    private static let registration: JSON = [
        "consumer": "ada", "endpoint": ["medium": "webhook", "address": "https://example.org/hook"],
    ]
}
