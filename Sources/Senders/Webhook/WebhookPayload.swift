import JSON
import Model

/// The body of a webhook call: the same bytes for every endpoint of a fan-out.
enum WebhookPayload {
    /// - Throws: `JSONSyntaxError` or `FieldError` if the content is not what the router encoded.
    static func render(_ content: EncodedContent) throws -> [UInt8] {
        let content = try Content(JSON(parsing: content.bytes))
        let data: JSON = [
            "request": .string(content.request.description), "channel": JSON(content.channels), "text": JSON(content.text),
            "files": JSON(content.files), "timestamp": .integer(content.timestamp.seconds), "metadata": content.metadata,
            "reference": JSON(content.reference),
        ]
        let document: JSON = ["type": "message", "timestamp": .string(content.timestamp.description), "data": data]
        return document.encoded()
    }
}
