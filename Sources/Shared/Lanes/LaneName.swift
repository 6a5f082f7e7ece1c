public import Model

/// A lane of a medium, as operators name it: `email.bulk`.
public struct LaneName: Hashable, Sendable, CustomStringConvertible {
    public let medium: Medium
    public let lane: Lane

    public init(_ medium: Medium, _ lane: Lane) {
        self.medium = medium
        self.lane = lane
    }

    /// nil if the text has another form.
    public init?(_ text: String) {
        let words = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard words.count == 2, let medium = Medium(rawValue: words[0]), let lane = Lane(rawValue: words[1]) else { return nil }
        self.init(medium, lane)
    }

    public var description: String { "\(medium.rawValue).\(lane.rawValue)" }

    /// All lanes of these media, the most urgent lane of a medium first.
    public static func all(_ media: Media) -> [LaneName] {
        media.all.flatMap { medium in Lane.allCases.map { LaneName(medium, $0) } }
    }
}
