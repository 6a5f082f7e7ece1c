import Model
public import Runtime

/// How much each lane takes at a time, and how long it tries.
public struct SenderSettings: Sendable {
    /// For the burst queue of one medium: the most messages that a sender has unacknowledged, and the most notifications that it has begun and
    /// not settled. Operators may set another number for a lane.
    private let prefetch: PerLane<Int>
    let retries: PerLane<RetryLimits>
    let weights: ProviderWeights.Figures

    /// Reads the settings whose names begin with `POSTHORN_SENDER_PREFETCH_`, `POSTHORN_SENDER_RETRY_` and
    /// `POSTHORN_SENDER_WEIGHT_`.
    public init(_ reader: inout SettingsReader) {
        prefetch = PerLane { lane in
            reader.integer(
                "POSTHORN_SENDER_PREFETCH_\(lane.rawValue.uppercased())", default: lane == .priority ? 64 : 512,
                in: 1...LaneSizes.largest)
        }
        retries = PerLane { RetryLimits(&reader, lane: $0) }
        weights = ProviderWeights.Figures(&reader)
    }

    /// - Parameter batch: how many notifications a provider of the medium takes in one call at most.
    func sizes(of lane: Lane, batch: Int, reserve: Int = 0) -> LaneSizes {
        LaneSizes(lane: lane, prefetch: prefetch[lane], batch: batch, reserve: reserve)
    }
}
