extension String {
    /// The text, or as much of its beginning as fits so many bytes of UTF-8. It ends between two Unicode scalars: a grapheme may be of any
    /// length, so that a count of characters bounds nothing.
    public func bounded(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(startIndex, offsetBy: max(0, limit))
        while end.samePosition(in: unicodeScalars) == nil { utf8.formIndex(before: &end) }
        return String(unicodeScalars[..<end])
    }

    /// As a reason that is told, logged and kept on record: of bounded length, and without control characters, some of which no database
    /// takes.
    public func asReason(toBytes limit: Int = 1000) -> String {
        let isClean = unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        return
            (isClean
            ? self
            : String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 })))
            .bounded(toBytes: limit)
    }

    /// As it is repeated in a message about it: as much of its beginning as tells which it is, without control characters.
    public var excerpt: String { utf8.count > 80 ? asReason(toBytes: 80) + "…" : asReason(toBytes: 80) }
}
