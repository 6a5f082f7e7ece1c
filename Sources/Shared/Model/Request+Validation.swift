public import JSON

extension Request {
    /// Checks the rules that apply to every request, however it was created.
    ///
    /// - Parameter known: the media that a request may name.
    /// - Throws: `FieldError` for the first rule that is broken.
    public func validate(known: Media = .posthorn) throws(FieldError) {
        guard !channels.isEmpty || !recipients.isEmpty else {
            throw FieldError(field: "channel", problem: "is required: name a channel, or somebody in to")
        }
        for (index, channel) in channels.enumerated() where !Label.isValid(channel) {
            throw FieldError(field: "channel[\(index)]", problem: Label.rule)
        }
        guard let title = text.first else {
            throw FieldError(field: "text", problem: "is required: an array of strings, first the title, then the body")
        }
        guard !title.isEmpty else { throw FieldError(field: "text[0]", problem: "must not be empty: it is the title") }
        guard isOneLine(title) else {
            throw FieldError(
                field: "text[0]",
                problem: "is the title and must be one line, without CR, LF or NUL; the message's body follows it")
        }
        for (index, paragraph) in text.enumerated() where paragraph.utf8.contains(0x00) {
            throw FieldError(field: "text[\(index)]", problem: "must not hold NUL")
        }
        for (index, file) in files.enumerated() where !WebAddress.isHTTPS(file) {
            throw FieldError(field: "files[\(index)]", problem: "must be an https address")
        }
        for (index, recipient) in recipients.enumerated() { try recipient.validate(at: "to[\(index)]", known) }
        guard case .object = metadata else {
            throw FieldError(field: "metadata", problem: "must be an object, not \(metadata.kindWithArticle)")
        }
        guard media?.isEmpty != true else {
            throw FieldError(field: "media", problem: "must name a medium; leave it out to use each that is registered")
        }
        if let dedupeKey, !Label.isValid(dedupeKey) { throw FieldError(field: "dedupe_key", problem: Label.rule) }
        if let reference, !Label.isValid(reference) { throw FieldError(field: "reference", problem: Label.rule) }
    }
}

extension Recipient {
    fileprivate func validate(at path: String, _ known: Media) throws(FieldError) {
        switch self {
        case .consumer(let name):
            guard Label.isValid(name) else { throw FieldError(field: "\(path).consumer", problem: Label.rule) }
        case .address(let address, let medium):
            let field = "\(path).\(medium.rawValue)"
            guard let description = known[medium], description.isAddressable else {
                throw FieldError(field: field, problem: "is no medium whose addresses a request can name")
            }
            if let problem = description.address.problem(with: address) { throw FieldError(field: field, problem: problem) }
        }
    }
}

/// Whether a text may be part of a header: no CR, LF or NUL (RFC 5322, section 2.2).
func isOneLine(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 != 0x0D && $0 != 0x0A && $0 != 0x00 }
}
