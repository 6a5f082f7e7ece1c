public import Topology

extension ManagementAPI {
    /// Declares everything that is missing. Safe to run again: what exists already is not changed and keeps its messages.
    public func apply(_ definition: TopologyDefinition) async throws(ManagementError) {
        try await requirePlugins(for: definition)
        do {
            try await post(["definitions", settings.virtualHost], definition.document)
        } catch .notFound {
            throw virtualHostMissing
        }
    }

    /// The differences between the broker and the definition.
    public func differences(from definition: TopologyDefinition) async throws(ManagementError) -> [TopologyDifference] {
        try await requirePlugins(for: definition)
        do {
            let found = try await get(["definitions", settings.virtualHost])
            return TopologyComparison(of: definition, with: found, virtualHost: settings.virtualHost).differences
        } catch .notFound {
            throw virtualHostMissing
        }
    }

    /// Without this check the broker would refuse the definitions without naming the plugin.
    private func requirePlugins(for definition: TopologyDefinition) async throws(ManagementError) {
        let types = try await get(["overview"])["exchange_types"]?.arrayValue ?? []
        if let plugin = definition.missingPlugin(among: types.compactMap { $0["name"]?.stringValue }) {
            throw .pluginMissing(name: plugin)
        }
    }

    private var virtualHostMissing: ManagementError {
        .notFound(what: "virtual host \(settings.virtualHost); create it: rabbitmqctl add_vhost '\(settings.virtualHost)'")
    }
}
