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

    init(flushCount: Int = 4000, flushAge: Duration = .milliseconds(300), prefetch: Int = 384, flushes: Int = 2) {
        self.flushCount = flushCount
        self.flushAge = flushAge
        self.prefetch = prefetch
        self.flushes = flushes
    }

    /// Reads `POSTHORN_RECORDER_FLUSH_SIZE` and `POSTHORN_RECORDER_FLUSH_INTERVAL`.
    init(reading reader: inout SettingsReader) {
        self.init(
            flushCount: reader.integer("POSTHORN_RECORDER_FLUSH_SIZE", default: 4000, in: 1...100_000),
            flushAge: reader.duration(
                "POSTHORN_RECORDER_FLUSH_INTERVAL", default: .milliseconds(300), in: .milliseconds(1)...Duration.seconds(60)))
    }
}
