import Runtime
import Senders

/// How an account's double behaves: the settings whose names begin with `POSTHORN_TEST_DOUBLE_<NAME>_`.
struct AccountSettings: Sendable {
    /// `…_URL`: where its calls go.
    let url: String
    /// `…_BATCH`: how many notifications go into one call (1).
    let maximumBatch: Int
    /// `…_DELAY`: how long a call waits to become full (0ms).
    let maximumDelay: Duration
    /// `…_RATE`: how many notifications a second the account allows (no limit).
    let rate: AccountRate?
    /// `…_CALLS`: how many calls of a lane run at once (64).
    let callsAtOnce: Int
    /// `…_LATENCY`: how much longer each call takes (0ms).
    let latency: Duration
    /// `…_FAILURES`: how many of a hundred calls fail without being made (0).
    let failures: Int
    /// `…_TIMEOUT`: for a whole call (15s).
    let timeout: Duration
    /// `…_CRASH_WORD`: the process aborts before it sends a content with this word (none).
    let crashWord: String?

    init(_ name: String, _ reader: inout SettingsReader) {
        let prefix = "POSTHORN_TEST_DOUBLE_\(name.uppercased())"
        url = reader.requiredString("\(prefix)_URL", example: "http://127.0.0.1:8000/calls")
        maximumBatch = reader.integer("\(prefix)_BATCH", default: 1, in: 1...1000)
        maximumDelay = reader.duration("\(prefix)_DELAY", default: .zero, in: .zero...(.seconds(60)))
        rate = AccountRate(&reader, "\(prefix)_RATE")
        callsAtOnce = reader.integer("\(prefix)_CALLS", default: 64, in: 1...512)
        latency = reader.duration("\(prefix)_LATENCY", default: .zero, in: .zero...(.seconds(60)))
        failures = reader.integer("\(prefix)_FAILURES", default: 0, in: 0...100)
        timeout = reader.duration("\(prefix)_TIMEOUT", default: .seconds(15), in: .milliseconds(100)...(.seconds(120)))
        crashWord = reader.optionalString("\(prefix)_CRASH_WORD")
    }
}
