public import JSON

extension FieldReader {
    /// An array of media, each of which is known; nil if absent. A medium that is named twice counts once.
    ///
    /// - Throws: `FieldError`, which lists the media that are known.
    public mutating func media(_ name: String, among known: Media) throws(FieldError) -> [Medium]? {
        guard let names = try strings(name, atMost: known.all.count) else { return nil }
        var media: [Medium] = []
        for (index, text) in names.enumerated() {
            guard let medium = known.medium(named: text) else {
                throw wrong("\(name)[\(index)]", "must be one of \(known.list), not \"\(text.excerpt)\"")
            }
            if !media.contains(medium) { media.append(medium) }
        }
        return media
    }

    /// A medium that is known.
    ///
    /// - Throws: `FieldError`, which lists the media that are known.
    public mutating func medium(_ name: String, among known: Media) throws(FieldError) -> Medium {
        guard let text = try string(name) else { throw wrong(name, "is required") }
        guard let medium = known.medium(named: text) else {
            throw wrong(name, "must be one of \(known.list), not \"\(text.excerpt)\"")
        }
        return medium
    }
}
