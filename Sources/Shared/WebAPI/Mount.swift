/// One line of an API's list of resources.
///
/// What a resource says of itself can be read without a `Dependencies`, so the description needs neither settings nor servers.
public struct Mount<Dependencies: Sendable>: Sendable {
    let lines: [RouteLine]
    let components: [UInt8]
    let routes: @Sendable (Dependencies) -> [MountedRoute]

    /// - Parameter make: takes from the dependencies what the resource needs.
    public init<Part: Resource>(_ make: @escaping @Sendable (Dependencies) -> Part) {
        lines = Part.routes.map(\.line)
        components = Part.components
        routes = { dependencies in
            let resource = make(dependencies)
            return Part.routes.map { $0.mounted(on: resource) }
        }
    }
}
