/// One line of an API's list of resources.
///
/// What a resource says of itself can be read without a `Ground`, so the description needs neither settings nor servers.
public struct Mount<Ground: Sendable>: Sendable {
    let lines: [RouteLine]
    let components: [UInt8]
    let routes: @Sendable (Ground) -> [MountedRoute]

    /// - Parameter make: takes from the ground what the resource needs.
    public init<Part: Resource>(_ make: @escaping @Sendable (Ground) -> Part) {
        lines = Part.routes.map(\.line)
        components = Part.components
        routes = { ground in
            let resource = make(ground)
            return Part.routes.map { $0.mounted(on: resource) }
        }
    }
}
