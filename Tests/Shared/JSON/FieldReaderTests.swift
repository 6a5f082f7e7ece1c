import JSON
import Testing

@Suite struct FieldReaderTests {
    enum Colour: String, CaseIterable { case red, green }

    @Test func `members of the right type are read, and null counts as absent`() throws {
        var fields = try FieldReader([
            "text": "a", "count": 7, "flag": true, "list": ["x"], "colour": "red", "none": .null,
        ])
        #expect(try fields.requiredString("text") == "a")
        #expect(try fields.integer("count", in: 1...10) == 7)
        #expect(try fields.bool("flag") == true)
        #expect(try fields.strings("list", atMost: 1) == ["x"])
        #expect(try fields.choice("colour", Colour.self) == .red)
        #expect(try fields.string("none") == nil)
        try fields.finish()
    }

    @Test(arguments: [(7.0, 7), (-0.0, 0), (1e15, 1_000_000_000_000_000), (7.5, nil), (1e16, nil), (1e300, nil)])
    func `a number without a fraction is a whole number, as in JSON Schema`(number: Double, expected: Int64?) throws {
        var fields = try FieldReader(["count": .number(number)])
        #expect((try? fields.integer("count", in: .min ... .max)) == expected)
    }

    @Test(arguments: [
        ("text", "text must be a string, not a number"), ("count", "count must be a whole number, not a string"),
        ("half", "half must be a whole number, without fraction"),
        ("flag", "flag must be true or false, not an array"),
        ("list", "list must be an array, not an object"), ("colour", "colour must be one of red, green, not \"blue\""),
        ("big", "big must be from 1 to 10"), ("missing", "missing is required"), ("empty", "empty must not be empty"),
        ("long", "long must have at most 2 elements, not 3"), ("mixed", "mixed[1] must be a string, not a number"),
    ])
    func `an error names the member and what is expected`(name: String, sentence: String) throws {
        var fields = try FieldReader([
            "text": 1, "count": "7", "half": .number(1.5), "flag": [], "list": [:], "colour": "blue", "big": 11, "empty": "",
            "long": ["a", "b", "c"], "mixed": ["a", 2],
        ])
        let error = #expect(throws: FieldError.self) {
            switch name {
            case "count", "big", "half": _ = try fields.integer(name, in: 1...10)
            case "flag": _ = try fields.bool(name)
            case "list", "long", "mixed": _ = try fields.strings(name, atMost: 2)
            case "colour": _ = try fields.choice(name, Colour.self)
            case "text": _ = try fields.string(name)
            default: _ = try fields.requiredString(name)
            }
        }
        #expect(error?.description == sentence)
    }

    @Test func `an unknown member is rejected, with a list of the known ones`() throws {
        var fields = try FieldReader(["a": 1, "tyop": 2], at: "to[0]")
        _ = try fields.integer("a", in: 0...1)
        let error = #expect(throws: FieldError.self) { try fields.finish() }
        #expect(error?.description == "to[0].tyop is not a known field; known here: a")
    }

    @Test func `a document that is not an object is rejected`() {
        let error = #expect(throws: FieldError.self) { _ = try FieldReader([1]) }
        #expect(error?.description == "the document must be an object, not an array")
    }
}
