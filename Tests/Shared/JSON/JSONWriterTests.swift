import Testing

@testable import JSON

@Suite("JSON is written")
struct JSONWriterTests {
    @Test(arguments: [
        ("plain", #""plain""#), ("say \"hi\" \\ now", #""say \"hi\" \\ now""#), ("a\nb\rc\td", #""a\nb\rc\td""#),
        ("\u{1}\u{1F}", #""\u0001\u001f""#), ("Grüße 👋", #""Grüße 👋""#), ("", #""""#),
    ])
    func `a text with what must be escaped in it`(text: String, written: String) throws {
        let bytes = JSON.string(text).encoded()
        #expect(String(decoding: bytes, as: UTF8.self) == written)
        #expect(try JSON(parsing: bytes) == .string(text))
    }

    @Test func `members are left out where there is no text, and commas stand between the rest`() {
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

    @Test func `people get a line for each member`() {
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
