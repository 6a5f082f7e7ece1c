import Model

/// Reads the query of a request strictly: a wrong or unknown name is a problem, not a guess.
public struct QueryReader {
    private var items: [(name: String, value: String)]
    private var asked: [String] = []

    init(_ items: [(name: String, value: String)]) { self.items = items }

    /// - Throws: `Problem` 400 where it is there more than once, as all that read do.
    public mutating func text(_ name: String) throws(Problem) -> String? {
        asked.append(name)
        let values = items.filter { $0.name == name }
        items.removeAll { $0.name == name }
        guard values.count <= 1 else { throw .invalidQuery("\(name) is given more than once.", of: name) }
        return values.first?.value
    }

    public mutating func integer(_ name: String, default fallback: Int, in range: ClosedRange<Int>) throws(Problem) -> Int {
        guard let text = try text(name) else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            throw .invalidQuery("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound).", of: name)
        }
        return number
    }

    public mutating func choice<Choice: RawRepresentable & CaseIterable>(_ name: String, _ type: Choice.Type) throws(Problem)
        -> Choice?
    where Choice.RawValue == String {
        guard let text = try text(name) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            throw .invalidQuery("\(name) must be one of \(type.allCases.map(\.rawValue).joined(separator: ", ")).", of: name)
        }
        return choice
    }

    /// `limit` and `after`, as every list takes them.
    public mutating func page() throws(Problem) -> PageQuery {
        let limit = try integer("limit", default: 100, in: 1...1000)
        let after = try text("after")
        // Whoever has forgotten to fill it in would begin again without end. Every key of a list is a label or an id.
        guard after.map(Label.isValid) ?? true else {
            throw .invalidQuery(
                "after must be the value of `next` in the answer before; leave it out to begin at the start.", of: "after")
        }
        return PageQuery(limit: limit, after: after)
    }

    /// Call it last.
    ///
    /// - Throws: `Problem` 400 where a parameter was not asked for.
    public func finish() throws(Problem) {
        guard let unknown = items.first else { return }
        let known = asked.isEmpty ? "nothing is known here" : "known here: \(asked.joined(separator: ", "))"
        throw .invalidQuery("\(unknown.name) is not a known parameter; \(known).", of: unknown.name)
    }
}
