extension RouteTable {
    /// The API. `docs/openapi.json` describes each line.
    static let gateway = RouteTable([
        Route(.post, "/v1/requests", RequestResource.send),
        Route(.get, "/v1/requests/{request}", RequestResource.show),
        Route(.get, "/v1/requests/{request}/notifications", NotificationResource.listOfRequest),
        Route(.get, "/v1/notifications/{notification}", NotificationResource.show),

        Route(.post, "/v1/consumers", ConsumerResource.register),
        Route(.get, "/v1/consumers", ConsumerResource.list),
        Route(.get, "/v1/consumers/{consumer}", ConsumerResource.show),
        Route(.delete, "/v1/consumers/{consumer}", ConsumerResource.remove),
        Route(.get, "/v1/consumers/{consumer}/channels", SubscriptionResource.listOfConsumer),

        Route(.post, "/v1/consumers/{consumer}/endpoints", EndpointResource.add),
        Route(.get, "/v1/consumers/{consumer}/endpoints", EndpointResource.list),
        Route(.get, "/v1/consumers/{consumer}/endpoints/{endpoint}", EndpointResource.show),
        Route(.patch, "/v1/consumers/{consumer}/endpoints/{endpoint}", EndpointResource.change),
        Route(.delete, "/v1/consumers/{consumer}/endpoints/{endpoint}", EndpointResource.remove),
        Route(.post, "/v1/consumers/{consumer}/endpoints/{endpoint}/secret", EndpointResource.rotateSecret),

        Route(.get, "/v1/channels", ChannelResource.list),
        Route(.get, "/v1/channels/{channel}", ChannelResource.show),
        Route(.delete, "/v1/channels/{channel}", ChannelResource.remove),

        Route(.post, "/v1/channels/{channel}/consumers", SubscriptionResource.listen),
        Route(.get, "/v1/channels/{channel}/consumers", SubscriptionResource.listOfChannel),
        Route(.get, "/v1/channels/{channel}/consumers/{consumer}", SubscriptionResource.show),
        Route(.delete, "/v1/channels/{channel}/consumers/{consumer}", SubscriptionResource.remove),

        Route(.get, "/openapi.json", open: APIDescription.show),
    ])
}
