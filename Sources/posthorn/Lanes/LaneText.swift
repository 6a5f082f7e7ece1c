import Lanes
import Model

/// Numbers and times as operators read them.
enum LaneText {
    /// `-` if it is not known; one digit after the point below ten.
    static func rate(_ perSecond: Double?) -> String {
        guard let perSecond else { return "-" }
        let tenths = Int((perSecond * 10).rounded())
        return tenths == 0 || tenths >= 100 ? Amounts.grouped(Int(perSecond.rounded())) : "\(tenths / 10).\(tenths % 10)"
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
        case .exactly(let age): Amounts.age(age)
        case .atMost(let age): "≤ " + Amounts.age(age)
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
