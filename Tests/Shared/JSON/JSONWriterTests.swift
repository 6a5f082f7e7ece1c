import Testing

@testable import JSON

@Suite("JSON is written")
struct JSONWriterTests {
    @Test(arguments: [
        ("plain", #""plain""#), ("say \"hi\" \\ now", #""say \"hi\" \\ now""#), ("a\nb\rc\td", #""a\nb\rc\td""#),
        ("\u{1}\u{1F}", #""\u0001\u001f""#), ("Grüße 👋", #""Grüße 👋""#), ("", #""""#),
    ])
    func `special characters are escaped`(text: String, written: String) throws {
        let bytes = JSON.string(text).encoded()
        #expect(String(decoding: bytes, as: UTF8.self) == written)
        #expect(try JSON(parsing: bytes) == .string(text))
    }

    @Test func `a member with nil is omitted, and the others are separated by commas`() {
        var writer = JSONWriter()
        writer.object { object in
            object.member("a", 1)
            object.member("b", nil)
            object.member("c") {
                $0.array {
                    $0.value(true)
                    $0.object { _ in }
                    $0.string("x")
                }
            }
        }
        #expect(String(decoding: writer.bytes, as: UTF8.self) == #"{"a":1,"c":[true,{},"x"]}"#)
    }

    @Test func `pretty printing writes one member a line`() {
        let document: JSON = ["a": [1, 2], "b": .object([]), "c": ["d": "e"]]
        #expect(
            document.prettyPrinted() == """
                {
                  "a": [
                    1,
                    2
                  ],
                  "b": {},
                  "c": {
                    "d": "e"
                  }
                }

                """)
    }

    @Test(arguments: [Double.infinity, .nan]) func `a number that is not finite is null`(number: Double) {
        #expect(JSON.number(number).encoded() == Array("null".utf8))
    }
}
