import JSON
import Model

extension EndpointStore.Record {
    /// The endpoint as answers show it.
    ///
    /// - Parameter key: where the response includes the webhook's secret.
    func document(secretFrom key: MasterKey? = nil) -> JSON {
        var members: [JSON.Member] = [
            .init("id", .string(endpoint.id.description)), .init("medium", .string(endpoint.medium.rawValue)),
            .init("address", .string(endpoint.address)), .init("state", .string(state)),
            .init("created_at", .string(createdAt.description)),
        ]
        if let key, endpoint.medium == .webhook {
            let secret = key.webhookSecret(of: endpoint.id, generation: endpoint.parameters.secretGeneration)
            members.append(.init("secret", .string(secret.reveal())))
        }
        return .object(members)
    }
}
