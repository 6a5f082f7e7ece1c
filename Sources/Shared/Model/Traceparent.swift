/// The `traceparent` header (W3C Trace Context, section 3.2).
public enum Traceparent {
    /// The header's value if it is well formed; nil otherwise. A malformed one is dropped (section 4.3).
    public static func valid(_ text: String) -> String? {
        let bytes = text.utf8
        guard bytes.count <= 255, bytes.count >= 55 else { return nil }
        let parts = bytes.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].count == 2, parts[1].count == 32, parts[2].count == 16, parts[3].count == 2,
            parts.prefix(4).allSatisfy({ $0.allSatisfy(isLowerHexadecimal) }), !parts[0].elementsEqual("ff".utf8),
            // Only a later version may have more fields than these four, and nothing in a header may break its line.
            !parts[0].elementsEqual("00".utf8) || parts.count == 4, bytes.allSatisfy({ (0x21...0x7E).contains($0) }),
            parts[1].contains(where: { $0 != UInt8(ascii: "0") }), parts[2].contains(where: { $0 != UInt8(ascii: "0") })
        else { return nil }
        return text
    }

    private static func isLowerHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
