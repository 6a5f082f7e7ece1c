import Lanes

/// What `lane scale` changes.
enum LaneScale {
    /// - Throws: `UsageError`, which names the option.
    static func change(_ arguments: Arguments) throws(UsageError) -> LaneSettingsStore.Change {
        var change = LaneSettingsStore.Change()
        if let text = arguments["--consumers"] {
            guard let number = Int(text), LaneSettings.consumerRange.contains(number) else {
                throw UsageError(
                    "--consumers must be a whole number from 1 to 32, not \"\(text)\"; to have none, pause the lane",
                    command: "lane scale")
            }
            change.consumers = number
        }
        switch arguments["--prefetch"] {
        case nil: break
        case "default"?: change.prefetch = .ofProcess
        case let text?:
            guard let number = Int(text), LaneSettings.prefetchRange.contains(number) else {
                throw UsageError(
                    "--prefetch must be a whole number from 1 to 10000, or default, not \"\(text)\"", command: "lane scale")
            }
            change.prefetch = .set(number)
        }
        guard arguments.has("--consumers") || arguments.has("--prefetch") else {
            throw UsageError("nothing to change; give --consumers, --prefetch or both", command: "lane scale")
        }
        return change
    }
}
