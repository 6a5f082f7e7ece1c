// Not with Foundation, because every event has a timestamp: Foundation's formats take a hundred times as long, and lose a millisecond in
// every third one.
extension Timestamp: CustomStringConvertible, LosslessStringConvertible {
    /// A time outside the years 0 to 9999 is written as the nearest one inside.
    public var description: String {
        let inside = min(max(milliseconds, Self.firstWritable), Self.lastWritable)
        let (days, time) = (floorDivide(inside, Self.day), floorModulo(inside, Self.day))
        let date = CivilDate(daysSinceEpoch: days)
        var text: [UInt8] = []
        text.reserveCapacity(24)
        func put(_ number: Int64, digits: Int, then mark: Unicode.Scalar) {
            var divisor = (1..<digits).reduce(Int64(1)) { product, _ in product * 10 }
            while divisor > 0 {
                text.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
                divisor /= 10
            }
            text.append(UInt8(ascii: mark))
        }
        put(date.year, digits: 4, then: "-")
        put(date.month, digits: 2, then: "-")
        put(date.day, digits: 2, then: "T")
        put(time / 3_600_000, digits: 2, then: ":")
        put(time / 60_000 % 60, digits: 2, then: ":")
        put(time / 1000 % 60, digits: 2, then: ".")
        put(time % 1000, digits: 3, then: "Z")
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads RFC 3339 with any offset, with or without a fraction; nil for anything else. Leap seconds are refused.
    public init?(_ description: String) {
        var bytes = Array(description.utf8)[...]
        guard let year = Self.number(&bytes, digits: 4), Self.mark(&bytes, "-"), let month = Self.number(&bytes, digits: 2),
            Self.mark(&bytes, "-"), let day = Self.number(&bytes, digits: 2), Self.mark(&bytes, "T"),
            let hour = Self.number(&bytes, digits: 2), Self.mark(&bytes, ":"), let minute = Self.number(&bytes, digits: 2),
            Self.mark(&bytes, ":"), let second = Self.number(&bytes, digits: 2), hour < 24, minute < 60, second < 60,
            let date = CivilDate(year: year, month: month, day: day), let fraction = Self.fraction(&bytes),
            let offset = Self.offset(&bytes), bytes.isEmpty
        else { return nil }
        let seconds = (hour * 60 + minute - offset) * 60 + second
        self.init(milliseconds: date.daysSinceEpoch * Self.day + seconds * 1000 + fraction)
    }

    private static let day: Int64 = 86_400_000
    private static let firstWritable: Int64 = -62_167_219_200_000
    private static let lastWritable: Int64 = 253_402_300_799_999

    private static func number(_ bytes: inout ArraySlice<UInt8>, digits: Int) -> Int64? {
        let head = bytes.prefix(digits)
        guard head.count == digits, head.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        bytes = bytes.dropFirst(digits)
        return head.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }

    /// Reads the mark, in upper or lower case as the RFC allows.
    private static func mark(_ bytes: inout ArraySlice<UInt8>, _ mark: Unicode.Scalar) -> Bool {
        guard let first = bytes.first, first == UInt8(ascii: mark) || first == UInt8(ascii: mark) | 0x20 else { return false }
        bytes = bytes.dropFirst()
        return true
    }

    /// Milliseconds; further digits are cut off. nil where a point has no digits after it.
    private static func fraction(_ bytes: inout ArraySlice<UInt8>) -> Int64? {
        guard mark(&bytes, ".") else { return 0 }
        var milliseconds: Int64 = 0
        var count = 0
        while let digit = number(&bytes, digits: 1) {
            if count < 3 { milliseconds = milliseconds * 10 + digit }
            count += 1
        }
        guard count > 0 else { return nil }
        return (min(count, 3)..<3).reduce(milliseconds) { value, _ in value * 10 }
    }

    /// Minutes east of Greenwich.
    private static func offset(_ bytes: inout ArraySlice<UInt8>) -> Int64? {
        if mark(&bytes, "Z") { return 0 }
        let isWest = mark(&bytes, "-")
        guard isWest || mark(&bytes, "+"), let hours = number(&bytes, digits: 2), mark(&bytes, ":"),
            let minutes = number(&bytes, digits: 2), hours < 24, minutes < 60
        else { return nil }
        return (hours * 60 + minutes) * (isWest ? -1 : 1)
    }
}

/// A day of the Gregorian calendar, counted as Howard Hinnant's "chrono-compatible low-level date algorithms" do: in eras of 400 years
/// that begin on 1 March, so that a leap day is the last of its year.
private struct CivilDate {
    let year: Int64
    let month: Int64
    let day: Int64

    init(daysSinceEpoch: Int64) {
        let shifted = daysSinceEpoch + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// nil where the calendar has no such day.
    init?(year: Int64, month: Int64, day: Int64) {
        guard (1...12).contains(month), day >= 1 else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day <= lengths[Int(month) - 1] else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    var daysSinceEpoch: Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = floorDivide(year, 400)
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

private func floorDivide(_ left: Int64, _ right: Int64) -> Int64 {
    left / right - (left % right < 0 ? 1 : 0)
}

private func floorModulo(_ left: Int64, _ right: Int64) -> Int64 { left - floorDivide(left, right) * right }
