import HTTPServer
import JSON
import Model

/// `/v1/channels/{channel}/consumers`: who listens to what.
enum SubscriptionResource {
    /// Adds the channel if it is new; with a consumer in the body, lets it listen.
    static func listen(_ call: Call, _ gateway: Gateway) async throws -> ServerResponse {
        let channel = try call.label(0)
        var fields = try FieldReader(call.request.body.isEmpty ? .object([]) : call.document())
        let consumer = try fields.string("consumer")
        let media = try media(&fields, among: gateway.endpointRule.media)
        try fields.finish()
        guard let consumer else {
            if media != nil { throw fields.wrong("consumer", "is required where media are named") }
            let isNew = try await gateway.channels.store.add(channel, of: call.tenant)
            return .json(isNew ? 201 : 200, ["channel": .string(channel), "consumer": .null])
        }
        guard Label.isValid(consumer) else { throw fields.wrong("consumer", Label.rule) }
        switch try await gateway.subscriptions.listen(consumer, to: channel, media: media, of: call.tenant) {
        case .unknownConsumer: throw Problem.unknownConsumer(consumer)
        case .listens(let subscription, let isNew): return .json(isNew ? 201 : 200, document(subscription))
        }
    }

    static func listOfChannel(_ call: Call, _ gateway: Gateway) async throws -> ServerResponse {
        let channel = try call.label(0)
        var query = call.query()
        let page = try query.page()
        try query.finish()
        let found = try await gateway.subscriptions.list(channel: channel, page, of: call.tenant)
        if found.items.isEmpty, try await gateway.channels.store.find(channel, of: call.tenant) == nil {
            throw Problem.unknownChannels([channel])
        }
        return found.response(document)
    }

    static func listOfConsumer(_ call: Call, _ gateway: Gateway) async throws -> ServerResponse {
        let consumer = try call.label(0)
        var query = call.query()
        let page = try query.page()
        try query.finish()
        let found = try await gateway.subscriptions.list(consumer: consumer, page, of: call.tenant)
        if found.items.isEmpty, try await gateway.consumers.find(consumer, of: call.tenant) == nil {
            throw Problem.unknownConsumer(consumer)
        }
        return found.response(document)
    }

    static func show(_ call: Call, _ gateway: Gateway) async throws -> ServerResponse {
        let (channel, consumer) = (try call.label(0), try call.label(1))
        try call.query().finish()
        guard let found = try await gateway.subscriptions.find(channel: channel, consumer: consumer, of: call.tenant) else {
            throw missing(channel, consumer)
        }
        return .json(200, document(found))
    }

    static func remove(_ call: Call, _ gateway: Gateway) async throws -> ServerResponse {
        let (channel, consumer) = (try call.label(0), try call.label(1))
        try call.query().finish()
        guard try await gateway.subscriptions.remove(channel: channel, consumer: consumer, of: call.tenant) else {
            throw missing(channel, consumer)
        }
        return .noContent
    }

    private static func missing(_ channel: String, _ consumer: String) -> Problem {
        .notFound("The consumer \"\(consumer)\" does not listen to the channel \"\(channel)\".")
    }

    private static func media(_ fields: inout FieldReader, among known: Media) throws(FieldError) -> [Medium]? {
        let media = try fields.media("media", among: known)
        guard media?.isEmpty != true else {
            throw fields.wrong("media", "must name a medium; leave it out to use each that is registered")
        }
        return media
    }

    private static func document(_ subscription: SubscriptionStore.Subscription) -> JSON {
        [
            "channel": .string(subscription.channel), "consumer": .string(subscription.consumer),
            "media": subscription.media.map { JSON($0.map(\.rawValue)) } ?? .null,
            "created_at": .string(subscription.createdAt.description),
        ]
    }
}
