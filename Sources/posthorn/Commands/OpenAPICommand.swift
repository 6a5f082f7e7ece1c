import Gateway
import JSON

enum OpenAPICommand {
    static let command = Command(
        name: "openapi", summary: "Print the description of the HTTP API",
        about: """
            Prints the OpenAPI 3.1 document that a gateway serves at /openapi.json. The file docs/openapi.json is the
            output of this command.
            """
    ) { _ in
        Console.write(try GatewayRole().description().prettyPrinted())
        return .success
    }
}
