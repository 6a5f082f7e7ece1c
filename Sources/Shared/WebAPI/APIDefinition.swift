public import JSON

/// What an API consists of: its resources, and the beginning of its description.
public struct APIDefinition<Dependencies: Sendable>: Sendable {
    private let head: [UInt8]
    private let components: JSON
    private let resources: [Mount<Dependencies>]

    /// - Parameters:
    ///   - head: a JSON object with the description's `openapi`, `info` and `servers`.
    ///   - components: what several resources refer to, in the form of `Resource.components`.
    public init(head: [UInt8], components: JSON, resources: [Mount<Dependencies>]) {
        self.head = head
        self.components = components
        self.resources = resources
    }

    /// The OpenAPI document.
    ///
    /// - Throws: `APIError` where its parts do not fit together.
    public func description() throws(APIError) -> JSON {
        try APIDescription(
            head: head, lines: resources.flatMap(\.lines) + [.description],
            components: [PackageResources.components_json, components.encoded()] + resources.map(\.components)
        ).document()
    }

    /// The routes of all resources, and `GET /openapi.json`.
    func table(on dependencies: Dependencies) throws(APIError) -> RouteTable {
        let document = try description().encoded()
        return try RouteTable(
            resources.flatMap { $0.routes(dependencies) } + [MountedRoute(.description, .open { .description(document) })])
    }
}
