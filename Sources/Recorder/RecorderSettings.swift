import Runtime

/// How the recorder gathers events before it saves them.
struct RecorderSettings: Sendable {
    /// Save as soon as so many events have come.
    var flushCount: Int
    /// Save at the latest so long after the first of them came.
    var flushAge: Duration
    /// How many messages, of up to 500 events each, may be in hand at the same time.
    var prefetch: Int
    /// How many batches may be on their way to the database at the same time.
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
