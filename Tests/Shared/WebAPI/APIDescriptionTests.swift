import JSON
import Testing

@testable import WebAPI

@Suite struct APIDescriptionTests {
    private let head = Array(#"{"openapi": "3.1.0"}"#.utf8)
    private let common = PackageResources.components_json

    private func line(
        _ id: String = "test", _ method: HTTPMethod = .get, _ pattern: String = "/test", needsKey: Bool = true,
        input: Operation.Input = .nothing, answers: [Answer] = [.noContent("Done.")]
    ) -> RouteLine {
        let operation = Operation(
            id, Tag("Test", "A test."), "Test", needsKey: needsKey, input, answers: answers)
        return RouteLine(method: method, pattern: pattern, operation: operation)
    }

    private func document(_ lines: [RouteLine], _ components: String...) throws(APIError) -> JSON {
        try APIDescription(head: head, lines: lines, components: [common] + components.map { Array($0.utf8) }).document()
    }

    private func statuses(_ line: RouteLine) throws -> [String] {
        let document = try document([line], #"{"schemas": {"Thing": {}}}"#)
        return document["paths"]?["/test"]?["get"]?["responses"]?.objectValue?.map(\.name) ?? []
    }

    @Test func impliesTheAnswersThatFollowFromWhatARouteReads() throws {
        #expect(try statuses(line()) == ["204", "401", "500", "503"])
        #expect(try statuses(line(needsKey: false)) == ["204"])
        #expect(try statuses(line(input: .query())) == ["204", "400", "401", "500", "503"])
        let body = Operation.Body("Thing", example: [:])
        #expect(try statuses(line(input: .body(body))) == ["204", "400", "401", "413", "415", "422", "500", "503"])
    }

    @Test func letsARouteDescribeAnImpliedAnswerItself() throws {
        let document = try document([line(answers: [.problem(503, "Full.")])])
        let answer = document["paths"]?["/test"]?["get"]?["responses"]?["503"]
        #expect(answer?["description"] == "Full.")
    }

    @Test func describesTheParametersOfThePathByComponentsOfTheirNames() throws {
        let lines = [line("one", .get, "/a/{thing}"), line("two", .delete, "/a/{thing}")]
        let document = try document(lines, #"{"parameters": {"Thing": {"name": "thing"}}}"#)
        let methods = document["paths"]?["/a/{thing}"]?.objectValue ?? []
        #expect(methods.map(\.name) == ["get", "delete"])
        #expect(methods.allSatisfy { $0.value["parameters"] == [["$ref": "#/components/parameters/Thing"]] })
    }

    @Test func refusesWhatNothingDescribes() {
        #expect(throws: APIError.unknownReference("#/components/parameters/Thing")) {
            try document([line("one", .get, "/a/{thing}")])
        }
        #expect(throws: APIError.unknownReference("#/components/schemas/Thing")) {
            try document([line(answers: [.json(200, "A thing.", "Thing")])])
        }
    }

    @Test func refusesWhatIsDescribedTwice() {
        #expect(throws: APIError.repeatedComponent(kind: "schemas", name: "Label")) {
            try document([line()], #"{"schemas": {"Label": {}}}"#)
        }
        #expect(throws: APIError.repeatedOperation("test")) { try document([line(), line("test", .post)]) }
    }

    @Test(arguments: ["[]", "{", #"{"schemes": {}}"#]) func refusesAPartThatIsNoComponents(_ part: String) {
        #expect { try document([line()], part) } throws: { error in
            if case APIError.unreadable = error { true } else { false }
        }
    }
}
