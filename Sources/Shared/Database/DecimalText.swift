/// Integers as decimal digits.
enum DecimalText {
    static func write(_ number: Int64, to bytes: inout [UInt8]) {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        write(number.magnitude, to: &bytes)
    }

    /// At least `width` digits, padded with zeros.
    static func write(_ number: Int64, width: Int, to bytes: inout [UInt8]) {
        var limit: Int64 = 1
        for _ in 1..<width {
            limit *= 10
            if number < limit { bytes.append(UInt8(ascii: "0")) }
        }
        write(number.magnitude, to: &bytes)
    }

    /// nil if the text is not a 64-bit integer.
    static func read(_ digits: ArraySlice<UInt8>) -> Int64? {
        let isNegative = digits.first == UInt8(ascii: "-")
        let digits = isNegative ? digits.dropFirst() : digits
        guard !digits.isEmpty, digits.count <= 19 else { return nil }
        var magnitude: UInt64 = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            magnitude = magnitude * 10 + UInt64(digit - UInt8(ascii: "0"))
        }
        return isNegative ? (magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil) : Int64(exactly: magnitude)
    }

    private static func write(_ number: UInt64, to bytes: inout [UInt8]) {
        var divisor: UInt64 = 1
        while number / divisor >= 10 { divisor *= 10 }
        var rest = number
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(rest / divisor))
            rest %= divisor
            divisor /= 10
        }
    }
}
