import WebAPI

extension Tag {
    static let channels = Tag("Channels", "What can be listened to, and who does.")
}

extension ChannelResource {
    static var components: [UInt8] { PackageResources.channels_json }

    static let routes: [Route<ChannelResource>] = [
        Route(
            .get, "/v1/channels", list,
            Operation(
                "listChannels", .channels, "The channels, by their names", .query(["Limit", "After"]),
                answers: [.json(200, "A part of them.", "ChannelPage")])),
        Route(
            .get, "/v1/channels/{channel}", show,
            Operation(
                "showChannel", .channels, "A channel", .query(),
                answers: [.json(200, "The channel with the number of its consumers.", "Channel"), .notFound])),
        Route(
            .delete, "/v1/channels/{channel}", remove,
            Operation(
                "removeChannel", .channels, "Remove a channel with its subscriptions", .query(),
                answers: [.noContent("It is removed. Its consumers stay."), .notFound])),
    ]
}
