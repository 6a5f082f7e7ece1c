import Testing

@testable import HTTPServer

@Suite struct RequestTargetTests {
    @Test(arguments: [
        ("/", []),
        ("/v1/requests", ["v1", "requests"]),
        ("/v1/a%2Fb/c", ["v1", "a/b", "c"]),
        ("/v1/%C3%A9t%C3%A9", ["v1", "été"]),
        ("/a+b", ["a+b"]),
        ("/v1/", ["v1", ""]),
        ("/v1//x", ["v1", "", "x"]),
    ])
    func takesThePathApartBeforeItDecodes(_ target: String, path: [String]) {
        #expect(RequestTarget(Array(target.utf8))?.path == path)
    }

    @Test func readsTheQuery() throws {
        let target = try #require(RequestTarget(Array("/x?after=a%26b&limit=10&flag&empty=&plus=a+b".utf8)))
        #expect(target.query.map(\.name) == ["after", "limit", "flag", "empty", "plus"])
        #expect(target.query.map(\.value) == ["a&b", "10", "", "", "a b"])
    }

    @Test(arguments: ["", "x", "*", "/%", "/%4", "/%zz", "/%FF", "/?a=%C3"])
    func refusesWhatIsNotWellEncoded(_ target: String) {
        #expect(RequestTarget(Array(target.utf8)) == nil)
    }
}
