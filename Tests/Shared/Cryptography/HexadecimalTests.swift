import Cryptography
import Testing

@Suite struct HexadecimalTests {
    @Test func writesTwoDigitsForEachByte() {
        #expect(Hexadecimal.text([0x00, 0x09, 0x0a, 0x9f, 0xa0, 0xff].span) == "00090a9fa0ff")
        #expect(Hexadecimal.text([UInt8]().span) == "")
    }

    @Test func everyByteRoundTrips() {
        let bytes = Array(UInt8.min ... .max)
        var digits: [UInt8] = []
        Hexadecimal.write(bytes.span, to: &digits)
        #expect(Hexadecimal.read(digits.span) == bytes)
    }

    @Test(arguments: ["0", "zz", "0g", "FF", "0x"]) func rejectsInvalidDigits(text: String) {
        let digits = Array(text.utf8)
        #expect(Hexadecimal.read(digits.span) == nil)
    }

    @Test func appendsToWhatIsThere() {
        var output = Array("\\x".utf8)
        Hexadecimal.write([1, 254].span, to: &output)
        #expect(output == Array("\\x01fe".utf8))
    }
}
