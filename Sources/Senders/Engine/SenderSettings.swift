public import Model
public import Runtime

/// How much each lane takes at a time.
public struct SenderSettings: Sendable {
    /// For each lane: how many messages of one medium that are sent in bursts a sender holds unacknowledged at most, and how many
    /// notifications of them it has begun and not settled. Of what is sent in a sparse flow it is a quarter, and on the priority lane twice as
    /// many: there a service may send 64 at once, and another one must find room beside them. The latter is also how many may be sent twice when
    /// a sender dies.
    public var prefetch: [Lane: Int]

    public init(prefetch: [Lane: Int] = [.priority: 64, .normal: 512, .bulk: 512]) { self.prefetch = prefetch }

    func window(_ lane: Lane, _ traffic: Traffic) -> Int {
        switch traffic {
        case .sparse: lane == .priority ? prefetch[lane]! * 2 : max(1, prefetch[lane]! / 4)
        case .burst: prefetch[lane]!
        }
    }

    public init(_ reader: inout SettingsReader) {
        self.init()
        for lane in Lane.allCases {
            prefetch[lane] = reader.integer(
                "POSTHORN_PREFETCH_\(lane.rawValue.uppercased())", default: prefetch[lane]!, in: 1...10_000)
        }
    }
}
