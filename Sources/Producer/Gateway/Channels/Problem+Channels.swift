import WebAPI

/// What is wrong with the channels that a call names.
extension Problem {
    static func unknownChannels(_ names: [String]) -> Problem {
        let list = names.map { "\"\($0)\"" }.joined(separator: ", ")
        return Problem(
            .unknownChannel, 404, "Unknown channel",
            "There is no channel \(list). A channel is made by POST /v1/channels/{channel}/consumers.")
    }
}
