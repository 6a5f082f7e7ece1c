import Model
import Testing

@Suite struct TimestampTests {
    @Test(
        arguments: [
            ("2030-01-31T12:00:00Z", 1_896_091_200_000), ("2030-01-31T12:00:00.5Z", 1_896_091_200_500),
            ("2030-01-31T12:00:00.123Z", 1_896_091_200_123), ("2030-01-31T13:00:00+01:00", 1_896_091_200_000),
            ("2030-01-31T10:30:00.25-01:30", 1_896_091_200_250), ("2030-01-31T12:00:00.1239Z", 1_896_091_200_123),
            ("2030-01-31T12:00:00.123456789Z", 1_896_091_200_123), ("1970-01-01T00:00:00Z", 0),
        ] as [(String, Int64)])
    func `RFC 3339 is read`(text: String, milliseconds: Int64) {
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "tomorrow", "2030-01-31", "2030-01-31T12:00:00", "2030-13-31T12:00:00Z", "2030-02-30T12:00:00Z",
        "2030-01-31T24:00:00Z", "2030-02-29T12:00:00Z", "2030-00-01T00:00:00Z", "2030-01-00T00:00:00Z",
        "2030-01-31T12:00:00+1:00", "2030-01-31T12:00:00Z and more", "1896091200", "2030-01-31 12:00:00Z,",
        "2030-01-31T12:00:00.Z",
    ])
    func `other text is no timestamp`(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_896_091_200_005, "2030-01-31T12:00:00.005Z"), (999, "1970-01-01T00:00:00.999Z"),
        ] as [(Int64, String)])
    func `its text has three digits after the second and reads back`(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test func `days are counted through leap years and centuries`() {
        for (text, seconds) in [
            ("2000-02-29T00:00:00.000Z", 951_782_400), ("1900-03-01T00:00:00.000Z", -2_203_891_200),
            ("0000-01-01T00:00:00.000Z", -62_167_219_200), ("9999-12-31T23:59:59.000Z", 253_402_300_799),
            ("2024-12-31T23:59:59.000Z", 1_735_689_599),
        ] as [(String, Int64)] {
            #expect(Timestamp(seconds: seconds).description == text)
            #expect(Timestamp(text) == Timestamp(seconds: seconds))
        }
        for day in stride(from: Int64(-700_000), to: 2_900_000, by: 997) {
            let moment = Timestamp(seconds: day * 86_400 + 43_200)
            #expect(Timestamp(moment.description) == moment)
        }
    }

    @Test func `every millisecond of a second is read as it was written`() {
        for milliseconds in Int64(1_795_000_000_000)..<1_795_000_001_000 {
            let moment = Timestamp(milliseconds: milliseconds)
            #expect(Timestamp(moment.description) == moment)
        }
    }

    @Test func `seconds outside the calendar do not stop the process`() {
        #expect(Timestamp(seconds: .max) > Timestamp(seconds: 253_402_300_799))
        #expect(Timestamp(seconds: .min) < Timestamp(seconds: 0))
        #expect(Timestamp(seconds: .max).description == "9999-12-31T23:59:59.999Z")
        #expect(Timestamp(seconds: .min).description == "0000-01-01T00:00:00.000Z")
    }
}
