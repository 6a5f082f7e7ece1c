import TestSupport
import Testing

@testable import Database

@Suite struct BinaryArrayTests {
    private static func array(_ element: BinaryArray.Element, _ fill: (inout BinaryArray) -> Void) -> DatabaseValue {
        var array = BinaryArray(of: element)
        fill(&array)
        return .binaryArray(array)
    }

    private static let id = array(.uuid) { $0.append(high: 0x0188_5ae0_0000_7000, low: 0x8000_0000_0000_00ff) }

    /// The other parameters are in text format, or null.
    @Test func `the server reads each element type, next to parameters in text format`() async throws {
        let texts = Self.array(.text) { array in
            for text in ["naïve \"quoted\" \\ 🙂", "", "NULL", nil, "{a,b}"] { array.append(text) }
        }
        let numbers = Self.array(.integer) { array in for number in [Int32.min, -1, 0, .max] { array.append(number) } }
        let moments = Self.array(.moment) { array in
            for moment: Int64 in [-62_135_596_800_000, -1, 0, 1_700_000_000_123] { array.append(milliseconds: moment) }
        }
        try await TestDatabase.withDatabase(migrated: false) { database, _ in
            let row = try await database.query(
                Statement(
                    "echo",
                    """
                    SELECT $1::text, $2::uuid[], array_replace($3::text[], NULL, 'nothing'), array_position($3::text[], NULL), $4::int[],
                        $5::text, ($6::timestamptz[])[1], ($6::timestamptz[])[2], ($6::timestamptz[])[4], $7::text[]
                    """),
                ["before", Self.id, texts, numbers, nil, moments, .textArray(["after"])])[0]
            #expect(try row.text(0) == "before")
            #expect(try row.texts(1) == ["01885ae0-0000-7000-8000-0000000000ff"])
            #expect(try row.texts(2) == ["naïve \"quoted\" \\ 🙂", "", "NULL", "nothing", "{a,b}"])
            #expect(try row.integer(3) == 4)
            #expect(try row.texts(4) == ["-2147483648", "-1", "0", "2147483647"])
            #expect(try row.optionalText(5) == nil)
            #expect(try row.milliseconds(6) == -62_135_596_800_000)
            #expect(try row.milliseconds(7) == -1)
            #expect(try row.milliseconds(8) == 1_700_000_000_123)
            #expect(try row.texts(9) == ["after"])
        }
    }

    @Test(arguments: [BinaryArray.Element.uuid, .text, .integer, .moment])
    func `an array without elements is empty`(element: BinaryArray.Element) async throws {
        let statement =
            switch element {
            case .uuid: Statement("empty", "SELECT cardinality($1::uuid[])")
            case .text: Statement("empty", "SELECT cardinality($1::text[])")
            case .integer: Statement("empty", "SELECT cardinality($1::int[])")
            case .moment: Statement("empty", "SELECT cardinality($1::timestamptz[])")
            }
        try await TestDatabase.withDatabase(migrated: false) { database, _ in
            let row = try await database.query(statement, [.binaryArray(BinaryArray(of: element))])[0]
            #expect(try row.integer(0) == 0)
        }
    }

    @Test(arguments: [Int64.min, Int64.min + 1, -300_000_000_000_000, 9_224_318_100_000_000, .max - 1, .max])
    func `a timestamp outside of PostgreSQL's range is rejected and does not become infinity`(milliseconds: Int64) async throws {
        let value = Self.array(.moment) { $0.append(milliseconds: milliseconds) }
        try await TestDatabase.withDatabase(migrated: false) { database, _ in
            let error = await #expect(throws: DatabaseError.self) {
                try await database.query(Statement("echo", "SELECT ($1::timestamptz[])[1]"), [value])
            }
            #expect(error?.isFaultOfData == true)
        }
    }
}
