public import HTTPServer

/// One line of a resource's list of routes: what answers a method on a path, and what the API's description says of it.
///
///     Route(.get, "/v1/channels/{channel}", ChannelResource.show, Operation(…))
public struct Route<Resource: Sendable>: Sendable {
    /// Answers a call. It may throw `Problem`, `JSONSyntaxError`, `FieldError` and `DatabaseError`, which become problem documents;
    /// anything else is a 500 and a line in the log.
    public typealias Handler = @Sendable (Call) async throws -> ServerResponse

    let line: RouteLine
    /// Called once for each route, when the role is built, so that a call costs no binding.
    let bind: @Sendable (Resource) -> Handler

    /// - Parameters:
    ///   - pattern: the path, with its parameters in braces. Each is described by a component of its name: `{channel}` by `Channel`.
    ///   - handler: a method of the resource.
    public init(
        _ method: HTTPMethod, _ pattern: String, _ handler: @escaping @Sendable (Resource) -> Handler, _ operation: Operation
    ) {
        line = RouteLine(method: method, pattern: pattern, operation: operation)
        bind = handler
    }

    func mounted(on resource: Resource) -> MountedRoute { MountedRoute(line, .key(bind(resource))) }
}

/// What a route says of itself.
struct RouteLine: Sendable {
    let method: HTTPMethod
    /// `/v1/channels/{channel}/consumers`.
    let pattern: String
    let operation: Operation
}
