public import JSON
public import Model

extension [FailedTry] {
    /// Writes an array of objects.
    func write(to writer: inout JSONWriter) {
        writer.array { for failure in self { $0.object { failure.write(to: &$0) } } }
    }

    /// - Parameter path: of the array, for errors.
    init(_ elements: [JSON], at path: String) throws(FieldError) {
        self = []
        for (index, element) in elements.enumerated() { append(try FailedTry(element, at: "\(path)[\(index)]")) }
    }

    /// The same as a document.
    public var document: JSON { text.flatMap { try? JSON(parsing: [UInt8]($0.utf8)) } ?? .array([]) }

    /// The text that travels with a notification; nil where there are none. It has no line feed.
    var text: String? {
        guard !isEmpty else { return nil }
        var writer = JSONWriter(capacity: count * 160)
        write(to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    init?(text: String) {
        guard case .array(let elements)? = try? JSON(parsing: [UInt8](text.utf8)),
            let tries = try? [FailedTry](elements, at: "history")
        else { return nil }
        self = tries
    }
}

extension FailedTry {
    fileprivate func write(to object: inout JSONWriter) {
        object.member("attempt", attempt)
        object.member("provider", provider)
        object.member("verdict", verdict?.rawValue)
        object.member("reason", reason)
        object.member("at", at.description)
        if let took { object.member("duration_ms", Int(took / .milliseconds(1))) }
    }

    fileprivate init(_ element: JSON, at path: String) throws(FieldError) {
        var fields = try FieldReader(element, at: path)
        self.init(
            attempt: try fields.count("attempt") ?? 0, provider: try fields.requiredString("provider"),
            verdict: try fields.string("verdict").flatMap { VerdictKind(rawValue: $0) },
            reason: try fields.requiredString("reason"), at: try fields.required("at", try fields.formed("at", Timestamp.init)),
            took: try fields.count("duration_ms").map { .milliseconds($0) })
        try fields.finish()
    }
}
