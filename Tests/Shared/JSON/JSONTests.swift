import JSON
import Testing

@Suite struct JSONTests {
    @Test func `members keep their order`() throws {
        let document = try JSON(parsing: Array(#"{"z":1,"a":[true,null,"é\n"],"m":{"x":-1.5}}"#.utf8))
        #expect(document == ["z": 1, "a": [true, .null, "é\n"], "m": ["x": .number(-1.5)]])
        #expect(String(decoding: document.encoded(), as: UTF8.self) == #"{"z":1,"a":[true,null,"é\n"],"m":{"x":-1.5}}"#)
    }

    @Test func `a pretty-printed document has one member a line`() {
        let document: JSON = ["a": 1, "b": [:], "c": ["d"]]
        #expect(document.prettyPrinted() == "{\n  \"a\": 1,\n  \"b\": {},\n  \"c\": [\n    \"d\"\n  ]\n}\n")
    }

    @Test(arguments: ["null", "true", "7", "\"text\"", "[]", "{}", "9223372036854775807", "\"\""])
    func `any value is a document and round-trips`(text: String) throws {
        #expect(String(decoding: try JSON(parsing: Array(text.utf8)).encoded(), as: UTF8.self) == text)
    }

    @Test(arguments: [
        "", "{", "{\"a\":1,}", "[1 2]", "{\"a\":1}x", "{\"a\":1,\"a\":2}", "\"\\u0000\"", "9223372036854775808", "1e999", "NaN",
        "{'a':1}", "\"\\ud800\"",
    ])
    func `invalid JSON is rejected with line and column`(text: String) {
        let error = #expect(throws: JSONSyntaxError.self) { try JSON(parsing: Array(text.utf8)) }
        #expect((error?.line ?? 0) >= 1 && (error?.column ?? 0) >= 1 && error?.problem.isEmpty == false)
    }

    @Test func `the error for NUL does not name a flag of the library`() {
        let error = #expect(throws: JSONSyntaxError.self) { try JSON(parsing: Array(#"{"a": "\u0000"}"#.utf8)) }
        #expect(error?.problem == #"it contains the character NUL (\u0000), which is not allowed in any field"#)
    }

    @Test func `bytes that are not UTF-8 are rejected`() {
        #expect(throws: JSONSyntaxError.self) { try JSON(parsing: [0x22, 0xFF, 0x22]) }
    }

    @Test func `deep nesting is read, and rejected where it would exhaust the stack`() throws {
        func nested(_ depth: Int) -> [UInt8] { Array(repeating: 0x5B, count: depth) + Array(repeating: 0x5D, count: depth) }
        #expect(try JSON(parsing: nested(2000)).encoded() == nested(2000))
        #expect(throws: JSONSyntaxError.self) { try JSON(parsing: nested(100_000)) }
    }

    @Test func `a long document is encoded completely`() {
        let text = String(repeating: "a", count: 100_000)
        #expect(JSON.string(text).encoded().count == 100_002)
    }

    @Test func `a number that is not finite becomes null`() {
        #expect(JSON.array([.number(.nan), .number(.infinity)]).encoded() == Array("[null,null]".utf8))
    }
}
