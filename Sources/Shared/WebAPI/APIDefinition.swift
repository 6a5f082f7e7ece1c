public import JSON

/// What an API consists of: its resources, and the beginning of its description.
public struct APIDefinition<Ground: Sendable>: Sendable {
    private let head: [UInt8]
    private let resources: [Mount<Ground>]

    /// - Parameter head: a JSON object with the description's `openapi`, `info` and `servers`.
    public init(head: [UInt8], resources: [Mount<Ground>]) {
        self.head = head
        self.resources = resources
    }

    /// The OpenAPI document.
    ///
    /// - Throws: `APIError` where its parts do not fit together.
    public func description() throws(APIError) -> JSON {
        try APIDescription(
            head: head, lines: resources.flatMap(\.lines) + [.description],
            components: [PackageResources.components_json] + resources.map(\.components)
        ).document()
    }

    /// The routes of all resources, and `GET /openapi.json`.
    func table(on ground: Ground) throws(APIError) -> RouteTable {
        let document = try description().encoded()
        return try RouteTable(
            resources.flatMap { $0.routes(ground) } + [MountedRoute(.description, .open { .description(document) })])
    }
}
