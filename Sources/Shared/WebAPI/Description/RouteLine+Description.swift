import HTTPServer

extension RouteLine {
    /// Where the description itself is served.
    static let description = RouteLine(
        method: .get, pattern: "/openapi.json",
        operation: Operation(
            "describe", Tag("Description", "What can be asked here."), "This document", needsKey: false, .nothing,
            answers: [.json(200, "OpenAPI 3.1.", .anyObject)]))
}

extension ServerResponse {
    static func description(_ document: [UInt8]) -> ServerResponse {
        ServerResponse(status: 200, headers: [("Content-Type", "application/json")], body: document)
    }
}
