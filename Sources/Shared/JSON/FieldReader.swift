/// Reads the members of one JSON object strictly: a wrong type is an error that names the field, and so is an unknown field. A member that
/// is `null` counts as absent. Read each member once.
///
///     var fields = try FieldReader(document)
///     let title = try fields.requiredString("title")
///     let count = try fields.integer("count", in: 1...100)
///     try fields.finish()
public struct FieldReader {
    private let place: (path: String, index: Int?)
    private let members: [JSON.Member]
    private var asked: [String] = []
    /// How many members were found. When all were, none is unknown.
    private var found = 0
    /// The index after the last member found. Members usually have the order in which they are read.
    private var next = 0

    /// - Parameters:
    ///   - path: the object's path in its document, for errors; empty for the document itself.
    ///   - index: the index, if the object is an element of the array at that path.
    public init(_ value: JSON, at path: String = "", index: Int? = nil) throws(FieldError) {
        place = (path, index)
        guard case .object(let members) = value else {
            self.members = []
            throw FieldError(field: self.path(of: ""), problem: "must be an object, not \(value.kindWithArticle)")
        }
        self.members = members
        asked.reserveCapacity(members.count)
    }

    /// The path of a member, for errors.
    public func path(of name: String) -> String {
        let base = place.index.map { "\(place.path)[\($0)]" } ?? place.path
        return base.isEmpty || name.isEmpty ? base + name : "\(base).\(name)"
    }

    /// An error about a member, for rules that the reader does not check itself.
    public func wrong(_ name: String, _ problem: String) -> FieldError { FieldError(field: path(of: name), problem: problem) }

    /// The member's value; nil if absent or null.
    public mutating func value(_ name: String) -> JSON? {
        // When all members were found, none is unknown, so there is nothing to search or to record.
        guard found < members.count else { return nil }
        asked.append(name)
        guard let index = position(of: name) else { return nil }
        found += 1
        next = index + 1
        return members[index].value == .null ? nil : members[index].value
    }

    private func position(of name: String) -> Int? {
        if next < members.count, members[next].name == name { return next }
        return members.firstIndex { $0.name == name }
    }

    public mutating func string(_ name: String) throws(FieldError) -> String? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value else { throw wrong(name, "must be a string, not \(value.kindWithArticle)") }
        return text
    }

    public mutating func requiredString(_ name: String) throws(FieldError) -> String {
        guard let text = try string(name) else { throw wrong(name, "is required") }
        guard !text.isEmpty else { throw wrong(name, "must not be empty") }
        return text
    }

    public mutating func integer(_ name: String, in range: ClosedRange<Int64>) throws(FieldError) -> Int64? {
        guard let value = value(name) else { return nil }
        let number: Int64
        switch value {
        case .integer(let integer): number = integer
        // 7.0 is an integer in JSON Schema, and some encoders write all numbers like this. Beyond 2^53 a double cannot represent every integer.
        case .number(let double) where double == double.rounded() && abs(double) <= 9_007_199_254_740_992: number = Int64(double)
        case .number: throw wrong(name, "must be a whole number, without fraction")
        default: throw wrong(name, "must be a whole number, not \(value.kindWithArticle)")
        }
        guard range.contains(number) else { throw wrong(name, "must be from \(range.lowerBound) to \(range.upperBound)") }
        return number
    }

    public mutating func bool(_ name: String) throws(FieldError) -> Bool? {
        guard let value = value(name) else { return nil }
        guard case .bool(let flag) = value else { throw wrong(name, "must be true or false, not \(value.kindWithArticle)") }
        return flag
    }

    public mutating func array(_ name: String, atMost limit: Int) throws(FieldError) -> [JSON]? {
        guard let value = value(name) else { return nil }
        guard case .array(let elements) = value else { throw wrong(name, "must be an array, not \(value.kindWithArticle)") }
        guard elements.count <= limit else { throw wrong(name, "must have at most \(limit) elements, not \(elements.count)") }
        return elements
    }

    public mutating func strings(_ name: String, atMost limit: Int) throws(FieldError) -> [String]? {
        guard let elements = try array(name, atMost: limit) else { return nil }
        var texts: [String] = []
        for (index, element) in elements.enumerated() {
            guard case .string(let text) = element else {
                throw wrong("\(name)[\(index)]", "must be a string, not \(element.kindWithArticle)")
            }
            texts.append(text)
        }
        return texts
    }

    /// One of an enum's raw values.
    public mutating func choice<Choice: RawRepresentable & CaseIterable>(_ name: String, _ type: Choice.Type) throws(FieldError)
        -> Choice? where Choice.RawValue == String
    {
        guard let text = try string(name) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            throw wrong(name, "must be one of \(Self.list(type)), not \"\(text.excerpt)\"")
        }
        return choice
    }

    /// Rejects members that were not read. Call this last.
    public func finish() throws(FieldError) {
        guard found < members.count, let unknown = members.first(where: { !asked.contains($0.name) }) else { return }
        throw wrong(unknown.name.excerpt, "is not a known field; known here: \(asked.joined(separator: ", "))")
    }

    /// The raw values of an enum, for errors: `priority, normal, bulk`.
    public static func list<Choice: RawRepresentable & CaseIterable>(_ type: Choice.Type) -> String
    where Choice.RawValue == String {
        type.allCases.map(\.rawValue).joined(separator: ", ")
    }
}
