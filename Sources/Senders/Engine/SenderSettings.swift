import Model
public import Runtime

/// How much each lane takes at a time, and how long it tries.
public struct SenderSettings: Sendable {
    /// For the burst queue of one medium: the most messages that a sender has unacknowledged, and the most notifications that it has begun and
    /// not settled.
    private let prefetch: PerLane<Int>
    let retries: PerLane<RetryLimits>
    let weights: ProviderWeights.Figures

    /// Reads the settings whose names begin with `POSTHORN_SENDER_PREFETCH_`, `POSTHORN_SENDER_RETRY_` and
    /// `POSTHORN_SENDER_WEIGHT_`.
    public init(_ reader: inout SettingsReader) {
        prefetch = PerLane { lane in
            reader.integer(
                "POSTHORN_SENDER_PREFETCH_\(lane.rawValue.uppercased())", default: lane == .priority ? 64 : 512, in: 1...10_000)
        }
        retries = PerLane { RetryLimits(&reader, lane: $0) }
        weights = ProviderWeights.Figures(&reader)
    }

    /// How many notifications of each of its queues a lane has begun and not settled at most. Of what is sent in a sparse flow it is a quarter of
    /// the setting, and on the priority lane twice as many: there a service may send 64 at once, and another one must find room beside them. This
    /// is also how many may be sent twice when a sender dies.
    var windows: PerLane<[Traffic: Int]> {
        PerLane { lane in
            [.sparse: lane == .priority ? prefetch[lane] * 2 : max(1, prefetch[lane] / 4), .burst: prefetch[lane]]
        }
    }
}
