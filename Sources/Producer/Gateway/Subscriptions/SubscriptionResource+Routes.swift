import WebAPI

extension SubscriptionResource {
    static var components: [UInt8] { PackageResources.subscriptions_json }

    static let routes: [Route<SubscriptionResource>] = [
        Route(
            .post, "/v1/channels/{channel}/consumers", listen,
            Operation(
                "listen", .channels, "Add a channel, and let a consumer listen to it",
                details: "Adds the channel if it is new; without a consumer it stops there. Safe to repeat.",
                .body(.init("Listening", example: ["consumer": "ada", "media": ["email"]], isRequired: false)),
                answers: [
                    .json(200, "It was so already; other media take the place of the old ones.", added),
                    .json(201, "Something was added.", added),
                    .problem(404, "The consumer is unknown. Nothing was added."),
                ])),
        Route(
            .get, "/v1/channels/{channel}/consumers", listOfChannel,
            Operation(
                "listChannelConsumers", .channels, "Who listens to a channel, by their names", .query(["Limit", "After"]),
                answers: [.json(200, "A part of them.", "SubscriptionPage"), .notFound])),
        Route(
            .get, "/v1/channels/{channel}/consumers/{consumer}", show,
            Operation(
                "showSubscription", .channels, "How a consumer listens to a channel", .query(),
                answers: [.json(200, "The subscription.", "Subscription"), .notFound])),
        Route(
            .delete, "/v1/channels/{channel}/consumers/{consumer}", remove,
            Operation(
                "removeSubscription", .channels, "Stop a consumer's listening", .query(),
                answers: [.noContent("It is removed."), .notFound])),
        Route(
            .get, "/v1/consumers/{consumer}/channels", listOfConsumer,
            Operation(
                "listConsumerChannels", .consumers, "The channels that a consumer listens to, by their names",
                .query(["Limit", "After"]), answers: [.json(200, "A part of them.", "SubscriptionPage"), .notFound])),
    ]

    private static let added = Answer.Schema.oneOf(["Subscription", "ChannelAdded"])
}
