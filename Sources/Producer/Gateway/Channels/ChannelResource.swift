import HTTPServer
import JSON
import Model
import WebAPI

/// `/v1/channels`: what can be listened to.
struct ChannelResource: Resource {
    private let channels: ChannelStore
    private let known: ChannelCache

    init(_ dependencies: GatewayDependencies) {
        channels = ChannelStore(database: dependencies.database)
        known = dependencies.channels
    }

    func list(_ call: Call) async throws -> ServerResponse {
        var query = call.query()
        let page = try query.page()
        try query.finish()
        return try await channels.list(page, of: call.tenant).response { .object(members($0)) }
    }

    func show(_ call: Call) async throws -> ServerResponse {
        let name = try call.label(0)
        try call.query().finish()
        guard let (channel, consumers) = try await channels.find(name, of: call.tenant) else {
            throw Problem.unknownChannels([name])
        }
        var members = members(channel)
        members.append(.init("consumers", JSON(min(consumers, ChannelStore.countLimit))))
        if consumers > ChannelStore.countLimit { members.append(.init("more_consumers", true)) }
        return .json(200, .object(members))
    }

    /// Removes it with its subscriptions. Its consumers stay.
    func remove(_ call: Call) async throws -> ServerResponse {
        let name = try call.label(0)
        try call.query().finish()
        guard try await known.remove(name, of: call.tenant) else { throw Problem.unknownChannels([name]) }
        return .noContent
    }

    private func members(_ channel: ChannelStore.Channel) -> [JSON.Member] {
        [.init("channel", .string(channel.name)), .init("created_at", .string(channel.createdAt.description))]
    }
}
