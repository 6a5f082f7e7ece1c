import Lanes
import Model

/// Numbers and times as operators read them.
enum LaneText {
    /// With a comma before each three digits: `12,345`.
    static func count(_ number: Int) -> String {
        var text = ""
        for (place, digit) in "\(number)".reversed().enumerated() {
            if place > 0, place % 3 == 0, digit != "-" { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }

    /// `-` if it is not known; one digit after the point below ten.
    static func rate(_ perSecond: Double?) -> String {
        guard let perSecond else { return "-" }
        let tenths = Int((perSecond * 10).rounded())
        return tenths == 0 || tenths >= 100 ? count(Int(perSecond.rounded())) : "\(tenths / 10).\(tenths % 10)"
    }

    /// The two largest units: `4s`, `2m 5s`, `3h 12m`, `2d 1h`.
    static func age(_ duration: Duration) -> String {
        let seconds = Int(duration / .seconds(1))
        let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400)
        if days > 0 { return "\(days)d \(hours % 24)h" }
        if hours > 0 { return "\(hours)h \(minutes % 60)m" }
        return minutes > 0 ? "\(minutes)m \(seconds % 60)s" : "\(seconds)s"
    }

    /// `1 process`, `2 processes`.
    static func processes(_ number: Int) -> String { number == 1 ? "1 sender process" : "\(number) sender processes" }
}

extension LaneRow.State {
    var text: String {
        switch self {
        case .active: "active"
        case .paused: "paused"
        case .draining: "draining"
        case .unserved: "unserved"
        case .changing: "changing"
        }
    }
}

extension LaneRow.Oldest {
    /// `-` if nothing waits, `?` if it is not known.
    var text: String {
        switch self {
        case .nothingWaits: "-"
        case .exactly(let age): LaneText.age(age)
        case .atMost(let age): "≤ " + LaneText.age(age)
        case .unknown: "?"
        }
    }
}

extension LaneText {
    /// The lines of a sentence; those after the first are indented.
    static func wrapped(_ sentence: String, width: Int) -> [String] {
        var lines: [String] = []
        for word in sentence.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(lines.isEmpty ? String(word) : "  \(word)")
            }
        }
        return lines
    }
}
