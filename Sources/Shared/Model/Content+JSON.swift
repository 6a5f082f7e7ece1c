public import JSON

extension Content {
    /// The body of a notification.
    public var document: JSON {
        [
            "request": .string(request.description), "service": .string(tenant.text), "channel": JSON(channels),
            "text": JSON(text),
            "files": JSON(files), "timestamp": .integer(timestamp.seconds), "metadata": metadata, "reference": JSON(reference),
        ]
    }

    /// - Throws: `FieldError` where the document is not what `document` writes.
    public init(_ document: JSON) throws(FieldError) {
        var fields = try FieldReader(document)
        guard let request = RequestID(try fields.requiredString("request")) else {
            throw fields.wrong("request", "must be a UUID")
        }
        guard let tenant = TenantName(try fields.requiredString("service")) else {
            throw fields.wrong("service", "must be a service")
        }
        self.request = request
        self.tenant = tenant
        channels = try fields.strings("channel", atMost: .max) ?? []
        text = try fields.strings("text", atMost: .max) ?? []
        files = try fields.strings("files", atMost: .max) ?? []
        timestamp = Timestamp(seconds: try fields.integer("timestamp", in: Timestamp.writableSeconds) ?? 0)
        metadata = fields.value("metadata") ?? .object([])
        reference = try fields.string("reference")
        try fields.finish()
    }
}
