import Foundation
import Gateway
import Testing
import WebAPI

@Suite struct APIDescriptionTests {
    @Test func isTheCommittedFile() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs/openapi.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        let description = try GatewayRole().description().prettyPrinted()
        #expect(text == description, "fix it: posthorn openapi > docs/openapi.json")
    }

    @Test func namesEveryKindOfProblem() throws {
        let schema = OpenAPIDocument.shared.root["components"]?["schemas"]?["Problem"]?["properties"]?["type"]
        let description = try #require(schema?["description"]?.stringValue)
        for kind in Problem.Kind.allCases { #expect(description.contains(kind.rawValue)) }
    }

    @Test(arguments: [
        (200, #"{"channel": "news", "created_at": "2026-01-01T00:00:00.000Z"}"#),
        (200, #"{"channel": 7, "created_at": "2026-01-01T00:00:00.000Z", "consumers": 0}"#),
        (200, #"{"channel": "news", "created_at": "2026-01-01T00:00:00.000Z", "consumers": 0, "more": 1}"#),
        (418, "{}"),
    ])
    func noticesAnAnswerThatIsNotDescribed(_ status: Int, _ body: String) {
        let answer = APIClient.Answer(status: status, headers: ["content-type": "application/json"], bytes: Array(body.utf8))
        #expect(!OpenAPIDocument.shared.problems(method: "GET", path: "/v1/channels/news", answer).isEmpty)
    }
}
