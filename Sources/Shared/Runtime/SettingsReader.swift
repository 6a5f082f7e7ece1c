import Foundation

/// Reads settings from the environment and an optional file, and collects all errors, so that a user can fix all of them at once.
///
///     var reader = try SettingsReader(environment: ProcessInfo.processInfo.environment)
///     let pool = reader.integer("POSTHORN_DATABASE_POOL_SIZE", default: 8, in: 1...100)
///     try reader.finish()
public struct SettingsReader {
    private let values: [String: String]
    private var problems: [String] = []
    private var asked: Set<String> = []

    /// - Parameter environment: its `POSTHORN_SETTINGS` may name a file of `NAME=value` lines. The environment overrides the file.
    /// - Throws: `SettingsError` if the file cannot be read, or with every line that is not `NAME=value`.
    public init(environment: [String: String]) throws(SettingsError) {
        var values: [String: String] = [:]
        if let path = environment["POSTHORN_SETTINGS"], !path.isEmpty { values = try Self.file(path) }
        values.merge(environment.filter { $0.key.hasPrefix("POSTHORN_") }) { $1 }
        self.values = values
        asked = ["POSTHORN_SETTINGS"]
    }

    /// A text; the default if the setting is absent or empty.
    public mutating func string(_ name: String, default fallback: String) -> String { optionalString(name) ?? fallback }

    public mutating func optionalString(_ name: String) -> String? {
        asked.insert(name)
        guard let value = values[name], !value.isEmpty else { return nil }
        return value
    }

    /// A text. An error if the setting is absent or empty; then returns the example.
    public mutating func requiredString(_ name: String, example: String) -> String {
        guard let value = optionalString(name) else {
            wrong(name, "is not set; for example \(name)=\(example)")
            return example
        }
        return value
    }

    public mutating func integer(_ name: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
        optionalInteger(name, in: range) ?? fallback
    }

    /// nil if the setting is absent, empty or wrong.
    public mutating func optionalInteger(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = optionalString(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            wrong(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound), not \"\(text)\"")
            return nil
        }
        return number
    }

    public mutating func bool(_ name: String, default fallback: Bool) -> Bool {
        guard let text = optionalString(name) else { return fallback }
        guard let flag = Bool(text) else {
            wrong(name, "must be true or false, not \"\(text)\"")
            return fallback
        }
        return flag
    }

    /// A duration such as `200ms`, `15s`, `2m` or `1h`.
    public mutating func duration(_ name: String, default fallback: Duration, in range: ClosedRange<Duration>) -> Duration {
        guard let text = optionalString(name) else { return fallback }
        guard let duration = Duration(text: text), range.contains(duration) else {
            wrong(
                name,
                "must be a duration such as 200ms, 15s, 2m or 1h, from \(range.lowerBound) to \(range.upperBound), not \"\(text)\""
            )
            return fallback
        }
        return duration
    }

    /// A comma-separated list.
    public mutating func list(_ name: String, default fallback: [String] = []) -> [String] {
        guard let text = optionalString(name) else { return fallback }
        return text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    public mutating func choice<Choice: RawRepresentable & CaseIterable>(_ name: String, default fallback: Choice) -> Choice
    where Choice.RawValue == String {
        guard let text = optionalString(name) else { return fallback }
        guard let choice = Choice(rawValue: text) else {
            wrong(name, "must be one of \(Choice.allCases.map(\.rawValue).joined(separator: ", ")), not \"\(text)\"")
            return fallback
        }
        return choice
    }

    /// Adds an error that the reader does not find itself. Keeps only the first error of a setting, because several roles may read it.
    ///
    /// - Parameter problem: the rest of a sentence that begins with the setting's name. It must not contain a secret.
    public mutating func wrong(_ name: String, _ problem: String) {
        guard !problems.contains(where: { $0.hasPrefix(name + " ") }) else { return }
        problems.append("\(name) \(problem)")
    }

    /// The names of the given settings that were not read, sorted: those of another role, or misspelt ones.
    public var unread: [String] { values.keys.filter { !asked.contains($0) }.sorted() }

    /// - Throws: `SettingsError` with all errors.
    public func finish() throws(SettingsError) {
        guard problems.isEmpty else { throw SettingsError(problems: problems) }
    }

    private static func file(_ path: String) throws(SettingsError) -> [String: String] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw SettingsError(problems: ["POSTHORN_SETTINGS must name a readable file in UTF-8, not \(path)"])
        }
        var values: [String: String] = [:]
        var problems: [String] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.trimmingCharacters(in: .whitespacesAndNewlines)
            if line.isEmpty || line.hasPrefix("#") { continue }
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            if parts.count == 2, parts[0].hasPrefix("POSTHORN_") {
                values[parts[0]] = parts[1]
            } else {
                problems.append("\(path), line \(index + 1) must be NAME=value, with a name that starts with POSTHORN_")
            }
        }
        guard problems.isEmpty else { throw SettingsError(problems: problems) }
        return values
    }
}

/// All errors of the settings.
public struct SettingsError: Error, Equatable, CustomStringConvertible {
    public let problems: [String]

    public init(problems: [String]) { self.problems = problems }

    public var description: String {
        (problems.count == 1 ? "a setting is wrong:" : "\(problems.count) settings are wrong:")
            + problems.map { "\n  \($0)" }.joined()
    }
}
