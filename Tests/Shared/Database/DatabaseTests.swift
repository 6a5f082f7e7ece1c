import Database
import Runtime
import TestSupport
import Testing

@Suite struct DatabaseTests {
    @Test func valuesOfEveryTypeRoundTrip() async throws {
        try await TestDatabase.withDatabase(migrated: false) { database, _ in
            let rows = try await database.query(
                Statement(
                    "echo",
                    """
                    SELECT $1::text AS text, $2::bigint AS integer, $3::boolean AS flag, $4::bytea AS bytes, $5::text[] AS texts,
                        $6::timestamptz AS moment, $7::text AS nothing, $8::bigint[] AS numbers
                    """),
                [
                    "naïve \"quoted\" \\ 🙂", -9_223_372_036_854_775_808, true, .bytes([0, 1, 254, 255]),
                    .textArray(["plain", "with \"quotes\"", "back\\slash", "", "NULL", "{a,b}", "ü"]),
                    .moment(milliseconds: 1_700_000_000_123), nil, .integerArray([1, -2, 3]),
                ])
            let row = try #require(rows.first)
            #expect(try row.text("text") == "naïve \"quoted\" \\ 🙂")
            #expect(try row.integer("integer") == .min)
            #expect(try row.bool("flag"))
            #expect(try row.optionalBytes("bytes") == [0, 1, 254, 255])
            #expect(try row.texts("texts") == ["plain", "with \"quotes\"", "back\\slash", "", "NULL", "{a,b}", "ü"])
            #expect(try row.milliseconds("moment") == 1_700_000_000_123)
            #expect(try row.optionalText("nothing") == nil)
            #expect(try row.texts(7) == ["1", "-2", "3"])
        }
    }

    @Test func anUnexpectedValueIsAnErrorThatNamesTheColumn() async throws {
        try await TestDatabase.withDatabase(migrated: false) { database, _ in
            let row = try await database.query(Statement("strange", "SELECT 'x' AS word, NULL::text AS nothing"))[0]
            #expect(
                throws: DatabaseError.unexpectedResult(problem: "column \"word\" is not an integer", statement: "strange")
            ) {
                try row.integer("word")
            }
            #expect(throws: DatabaseError.unexpectedResult(problem: "column \"nothing\" is null", statement: "strange")) {
                try row.text("nothing")
            }
            #expect(throws: DatabaseError.unexpectedResult(problem: "there is no column 2", statement: "strange")) {
                try row.text(2)
            }
        }
    }
}
