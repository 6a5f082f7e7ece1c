/// Bytes as lower-case hexadecimal text, two digits for each byte.
public enum Hexadecimal {
    /// The digits of the bytes.
    public static func text(_ bytes: Span<UInt8>) -> String {
        var digits: [UInt8] = []
        write(bytes, to: &digits)
        return String(decoding: digits, as: UTF8.self)
    }

    /// Appends the digits of the bytes, in ASCII.
    public static func write(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        output.reserveCapacity(output.count + 2 * bytes.count)
        for index in bytes.indices {
            let byte = bytes[index]
            output.append(digit(byte >> 4))
            output.append(digit(byte & 15))
        }
    }

    /// Reads lower-case digits in ASCII; nil for an odd number of them, and for any other character.
    public static func read(_ digits: Span<UInt8>) -> [UInt8]? {
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value + (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
