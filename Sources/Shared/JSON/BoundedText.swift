extension String {
    /// The text, truncated to this many bytes of UTF-8 at the end of a Unicode scalar. Limits bytes instead of characters, because one
    /// character (grapheme cluster) can have any length.
    public func bounded(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(startIndex, offsetBy: max(0, limit))
        while end.samePosition(in: unicodeScalars) == nil { utf8.formIndex(before: &end) }
        return String(unicodeScalars[..<end])
    }

    /// The text as a reason for events, logs and the database: truncated, with control characters replaced by U+FFFD, because PostgreSQL cannot
    /// store U+0000.
    public func asReason(toBytes limit: Int = 1000) -> String {
        let isClean = unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        return
            (isClean
            ? self
            : String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 })))
            .bounded(toBytes: limit)
    }

    /// The first 80 bytes, for a message about this text, with control characters replaced.
    public var excerpt: String { utf8.count > 80 ? asReason(toBytes: 80) + "…" : asReason(toBytes: 80) }
}
