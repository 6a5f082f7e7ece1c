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
        #expect((try? RequestTarget(Array(target.utf8)))?.path == path)
    }

    @Test func readsTheQuery() throws {
        let target = try RequestTarget(Array("/x?after=a%26b&limit=10&flag&empty=&plus=a+b".utf8))
        #expect(target.query.map(\.name) == ["after", "limit", "flag", "empty", "plus"])
        #expect(target.query.map(\.value) == ["a&b", "10", "", "", "a b"])
    }

    @Test(arguments: [
        ("", TargetFault.noPath), ("x", .noPath), ("*", .noPath), ("/%", .segment(1)), ("/a/%4", .segment(2)),
        ("/a/b/%zz", .segment(3)), ("/%FF", .segment(1)), ("/%00", .segment(1)), ("/?a=%C3", .queryValue(of: "a")),
        ("/?b=1&a=%00", .queryValue(of: "a")), ("/?%00=a", .queryName), ("/?%ED%A0%80", .queryName),
    ])
    func refusesWhatIsNotWellEncodedOrHoldsNUL(_ target: String, fault: TargetFault) {
        #expect(throws: fault) { try RequestTarget(Array(target.utf8)) }
    }
}
