import HTTPServer
import JSON
import Model

/// `/v1/channels`: what can be listened to.
enum ChannelResource {
    static func list(_ call: Call, _ gateway: Gateway) async throws -> ServerResponse {
        var query = call.query()
        let page = try query.page()
        try query.finish()
        return try await gateway.channels.store.list(page, of: call.tenant).response { .object(members($0)) }
    }

    static func show(_ call: Call, _ gateway: Gateway) async throws -> ServerResponse {
        let name = try call.label(0)
        try call.query().finish()
        guard let (channel, consumers) = try await gateway.channels.store.find(name, of: call.tenant) else {
            throw Problem.unknownChannels([name])
        }
        var members = members(channel)
        members.append(.init("consumers", JSON(min(consumers, ChannelStore.countLimit))))
        if consumers > ChannelStore.countLimit { members.append(.init("more_consumers", true)) }
        return .json(200, .object(members))
    }

    /// Removes it with its subscriptions. Its consumers stay.
    static func remove(_ call: Call, _ gateway: Gateway) async throws -> ServerResponse {
        let name = try call.label(0)
        try call.query().finish()
        guard try await gateway.channels.remove(name, of: call.tenant) else { throw Problem.unknownChannels([name]) }
        return .noContent
    }

    private static func members(_ channel: ChannelStore.Channel) -> [JSON.Member] {
        [.init("channel", .string(channel.name)), .init("created_at", .string(channel.createdAt.description))]
    }
}
