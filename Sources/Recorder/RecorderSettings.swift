import Runtime

/// How the recorder collects events before it saves them.
struct RecorderSettings: Sendable {
    /// The number of received events at which they are saved.
    var flushCount: Int
    /// The longest time between the arrival of the first event and the save.
    var flushAge: Duration
    /// The most unacknowledged messages, of up to 500 events each.
    var prefetch: Int
    /// The most batches that are saved at the same time.
    var flushes: Int
    /// For how long an endpoint must have taken nothing before it is disabled.
    var endpointLimit: Duration

    init(
        flushCount: Int = 4000, flushAge: Duration = .milliseconds(300), prefetch: Int = 384, flushes: Int = 2,
        endpointLimit: Duration = .seconds(120 * 3600)
    ) {
        self.flushCount = flushCount
        self.flushAge = flushAge
        self.prefetch = prefetch
        self.flushes = flushes
        self.endpointLimit = endpointLimit
    }

    /// Reads the settings whose names begin with `POSTHORN_RECORDER_`.
    init(reading reader: inout SettingsReader) {
        self.init(
            flushCount: reader.integer("POSTHORN_RECORDER_FLUSH_SIZE", default: 4000, in: 1...100_000),
            flushAge: reader.duration(
                "POSTHORN_RECORDER_FLUSH_INTERVAL", default: .milliseconds(300), in: .milliseconds(1)...Duration.seconds(60)),
            endpointLimit: reader.duration(
                "POSTHORN_RECORDER_ENDPOINT_LIMIT", default: .seconds(120 * 3600), in: .seconds(60)...(.seconds(8760 * 3600))))
    }
}
