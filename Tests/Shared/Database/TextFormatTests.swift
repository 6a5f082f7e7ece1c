import Testing

@testable import Database

@Suite struct TextFormatTests {
    @Test(
        arguments: [
            (0, "1970-01-01 00:00:00.000+00"), (951_782_400_000, "2000-02-29 00:00:00.000+00"),
            (951_868_799_999, "2000-02-29 23:59:59.999+00"), (951_868_800_000, "2000-03-01 00:00:00.000+00"),
            (1_700_000_000_007, "2023-11-14 22:13:20.007+00"), (-1, "1969-12-31 23:59:59.999+00"),
            (4_107_542_400_000, "2100-03-01 00:00:00.000+00"), (-62_135_596_800_000, "0001-01-01 00:00:00.000+00"),
        ] as [(Int64, String)])
    func timestampsRoundTrip(milliseconds: Int64, text: String) {
        var bytes: [UInt8] = []
        MomentText.write(milliseconds: milliseconds, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
        #expect(MomentText.read(bytes[...]) == milliseconds)
    }

    @Test(
        arguments: [
            ("2026-11-21 08:42:00+00", 1_795_250_520_000), ("2026-11-21 08:42:00.1+00", 1_795_250_520_100),
            ("2026-11-21 08:42:00.123456+00", 1_795_250_520_123), ("2026-11-21 08:42:00", nil), ("2026-11-21 08:42:00+01", nil),
            ("infinity", nil), ("", nil), ("2026-11-21+00", nil),
        ] as [(String, Int64?)])
    func timestampsAreReadInTheServersFormat(text: String, milliseconds: Int64?) {
        #expect(MomentText.read(Array(text.utf8)[...]) == milliseconds)
    }

    @Test(arguments: [0, 7, 10, -10, 99, 100, .max, .min, 1_000_000_007] as [Int64])
    func integersRoundTrip(number: Int64) {
        var bytes: [UInt8] = []
        DecimalText.write(number, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "\(number)")
        #expect(DecimalText.read(bytes[...]) == number)
    }

    @Test(arguments: ["", "-", "1a", "9223372036854775808", "-9223372036854775809", "99999999999999999999", " 1"])
    func anInvalidIntegerIsRejected(text: String) { #expect(DecimalText.read(Array(text.utf8)[...]) == nil) }

    @Test(
        arguments: [
            ("{}", []), ("{a}", ["a"]), ("{a,b}", ["a", "b"]), ("{\"a b\",\"c\\\"d\",\"e\\\\f\"}", ["a b", "c\"d", "e\\f"]),
            ("{\"\"}", [""]),
            ("{\"NULL\"}", ["NULL"]), ("{NULL}", nil), ("{a,}", nil), ("{{a}}", nil), ("{\"a}", nil), ("a", nil), ("", nil),
        ] as [(String, [String]?)])
    func arraysAreReadInTheServersFormat(text: String, elements: [String]?) {
        #expect(ArrayText.read(Array(text.utf8)[...]) == elements)
    }

    @Test(arguments: [("\\x", []), ("\\x00ff", [0, 255]), ("\\x0", nil), ("00", nil), ("\\xzz", nil)] as [(String, [UInt8]?)])
    func byteStringsAreReadInTheServersFormat(text: String, bytes: [UInt8]?) {
        #expect(ByteaText.read(Array(text.utf8)[...]) == bytes)
    }
}
