import HTTPServer

/// The OpenAPI document, as it lies in `docs/openapi.json`.
enum APIDescription {
    static func show() -> ServerResponse {
        ServerResponse(status: 200, headers: [("Content-Type", "application/json")], body: PackageResources.openapi_json)
    }
}
