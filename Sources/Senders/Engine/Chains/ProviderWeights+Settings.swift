import Runtime

extension ProviderWeights.Figures {
    /// Reads `POSTHORN_SENDER_WEIGHT_SLOW`, `…_SPAN`, `…_QUIET` and `…_RETURN`.
    init(_ reader: inout SettingsReader) {
        self.init()
        let times = Duration.seconds(1)...(.seconds(86_400))
        slow = reader.duration("POSTHORN_SENDER_WEIGHT_SLOW", default: slow, in: .milliseconds(10)...(.seconds(600)))
        span = reader.duration("POSTHORN_SENDER_WEIGHT_SPAN", default: span, in: times)
        quiet = reader.duration("POSTHORN_SENDER_WEIGHT_QUIET", default: quiet, in: times)
        returning = reader.duration("POSTHORN_SENDER_WEIGHT_RETURN", default: returning, in: times)
    }
}
