public import Model
public import Runtime

/// How much each lane takes at a time.
public struct SenderSettings: Sendable {
    /// For each lane: how many messages of one medium a sender holds unacknowledged at most, and how many notifications of them it has begun
    /// and not settled. The latter is also how many may be sent twice when a sender dies.
    public var prefetch: [Lane: Int]

    public init(prefetch: [Lane: Int] = [.priority: 64, .normal: 512, .bulk: 512]) { self.prefetch = prefetch }

    public init(_ reader: inout SettingsReader) {
        self.init()
        for lane in Lane.allCases {
            prefetch[lane] = reader.integer(
                "POSTHORN_PREFETCH_\(lane.rawValue.uppercased())", default: prefetch[lane]!, in: 1...10_000)
        }
    }
}
