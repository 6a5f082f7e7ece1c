extension String {
    /// The text, or as much of its beginning as fits so many bytes of UTF-8. It ends between two Unicode scalars: a grapheme may be of any
    /// length, so that a count of characters bounds nothing.
    public func bounded(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(startIndex, offsetBy: max(0, limit))
        while end.samePosition(in: unicodeScalars) == nil { utf8.formIndex(before: &end) }
        return String(unicodeScalars[..<end])
    }
}
