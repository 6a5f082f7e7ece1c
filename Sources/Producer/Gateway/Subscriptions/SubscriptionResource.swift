import HTTPServer
import JSON
import Model
import WebAPI

/// `/v1/channels/{channel}/consumers`: who listens to what.
struct SubscriptionResource: Resource {
    private let subscriptions: SubscriptionStore
    private let channels: ChannelStore
    private let consumers: ConsumerStore
    private let known: Media

    init(_ dependencies: GatewayDependencies) {
        subscriptions = SubscriptionStore(database: dependencies.database)
        channels = ChannelStore(database: dependencies.database)
        consumers = ConsumerStore(database: dependencies.database)
        known = dependencies.media
    }

    /// Adds the channel if it is new; with a consumer in the body, lets it listen.
    func listen(_ call: Call) async throws -> ServerResponse {
        let channel = try call.label(0)
        var fields = try FieldReader(call.request.body.isEmpty ? .object([]) : call.document())
        let consumer = try fields.string("consumer")
        let media = try media(&fields)
        try fields.finish()
        guard let consumer else {
            if media != nil { throw fields.wrong("consumer", "is required where media are named") }
            let isNew = try await channels.add(channel, of: call.tenant)
            return .json(isNew ? 201 : 200, ["channel": .string(channel), "consumer": .null])
        }
        guard Label.isValid(consumer) else { throw fields.wrong("consumer", Label.rule) }
        switch try await subscriptions.listen(consumer, to: channel, media: media, of: call.tenant) {
        case .unknownConsumer: throw Problem.unknownConsumer(consumer)
        case .listens(let subscription, let isNew): return .json(isNew ? 201 : 200, document(subscription))
        }
    }

    func listOfChannel(_ call: Call) async throws -> ServerResponse {
        let channel = try call.label(0)
        var query = call.query()
        let page = try query.page()
        try query.finish()
        let found = try await subscriptions.list(channel: channel, page, of: call.tenant)
        if found.items.isEmpty, try await channels.find(channel, of: call.tenant) == nil {
            throw Problem.unknownChannels([channel])
        }
        return found.response(document)
    }

    func listOfConsumer(_ call: Call) async throws -> ServerResponse {
        let consumer = try call.label(0)
        var query = call.query()
        let page = try query.page()
        try query.finish()
        let found = try await subscriptions.list(consumer: consumer, page, of: call.tenant)
        if found.items.isEmpty, try await consumers.find(consumer, of: call.tenant) == nil {
            throw Problem.unknownConsumer(consumer)
        }
        return found.response(document)
    }

    func show(_ call: Call) async throws -> ServerResponse {
        let (channel, consumer) = (try call.label(0), try call.label(1))
        try call.query().finish()
        guard let found = try await subscriptions.find(channel: channel, consumer: consumer, of: call.tenant) else {
            throw missing(channel, consumer)
        }
        return .json(200, document(found))
    }

    func remove(_ call: Call) async throws -> ServerResponse {
        let (channel, consumer) = (try call.label(0), try call.label(1))
        try call.query().finish()
        guard try await subscriptions.remove(channel: channel, consumer: consumer, of: call.tenant) else {
            throw missing(channel, consumer)
        }
        return .noContent
    }

    private func missing(_ channel: String, _ consumer: String) -> Problem {
        .notFound("The consumer \"\(consumer)\" does not listen to the channel \"\(channel)\".")
    }

    private func media(_ fields: inout FieldReader) throws(FieldError) -> [Medium]? {
        let media = try fields.media("media", among: known)
        guard media?.isEmpty != true else {
            throw fields.wrong("media", "must name a medium; leave it out to use each that is registered")
        }
        return media
    }

    private func document(_ subscription: SubscriptionStore.Subscription) -> JSON {
        [
            "channel": .string(subscription.channel), "consumer": .string(subscription.consumer),
            "media": subscription.media.map { JSON($0.map(\.rawValue)) } ?? .null,
            "created_at": .string(subscription.createdAt.description),
        ]
    }
}
