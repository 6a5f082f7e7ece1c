import WebAPI

/// What is wrong with the consumer that a call names.
extension Problem {
    static func unknownConsumer(_ name: String) -> Problem {
        Problem(
            .unknownConsumer, 404, "Unknown consumer",
            "There is no consumer \"\(name)\". Register it with POST /v1/consumers.")
    }
}
