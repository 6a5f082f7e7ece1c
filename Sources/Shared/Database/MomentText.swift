/// Timestamps in PostgreSQL's text format with `DateStyle` ISO in UTC: `2026-11-21 08:42:00.123+00`.
enum MomentText {
    private static let day: Int64 = 86_400_000

    static func write(milliseconds: Int64, to bytes: inout [UInt8]) {
        let (days, rest) = floorDivision(milliseconds, by: day)
        let (year, month, dayOfMonth) = civil(days: days)
        DecimalText.write(year, width: 4, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        DecimalText.write(month, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        DecimalText.write(dayOfMonth, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: " "))
        DecimalText.write(rest / 3_600_000, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        DecimalText.write(rest / 60_000 % 60, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        DecimalText.write(rest / 1000 % 60, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: "."))
        DecimalText.write(rest % 1000, width: 3, to: &bytes)
        bytes.append(contentsOf: "+00".utf8)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z, truncated; nil if the text has another format or is not UTC.
    static func read(_ text: ArraySlice<UInt8>) -> Int64? {
        guard text.suffix(3).elementsEqual("+00".utf8) else { return nil }
        let parts = text.dropLast(3).split(whereSeparator: { "-: .".utf8.contains($0) })
        guard parts.count == 6 || parts.count == 7 else { return nil }
        let numbers = parts.prefix(6).compactMap { DecimalText.read($0) }
        guard numbers.count == 6, numbers[1] > 0, numbers[2] > 0 else { return nil }
        var thousandths: Int64 = 0
        if parts.count == 7 {
            let digits = parts[6].prefix(3)
            guard let number = DecimalText.read(digits) else { return nil }
            thousandths = digits.count == 1 ? number * 100 : digits.count == 2 ? number * 10 : number
        }
        let seconds = numbers[3] * 3600 + numbers[4] * 60 + numbers[5]
        return days(year: numbers[0], month: numbers[1], day: numbers[2]) * day + seconds * 1000 + thousandths
    }

    /// The proleptic Gregorian date of a day counted from 1970-01-01. Years begin in March, so that the leap day is the last.
    private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floorDivision(days + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let (era, yearOfEra) = floorDivision(month <= 2 ? year - 1 : year, by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func floorDivision(_ number: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
