/// The words after a command's name, as options and operands of the command.
struct Arguments: Sendable {
    private(set) var operands: [String] = []
    private var values: [String: [String]] = [:]

    /// - Throws: `UsageError`, which says what is wrong and, for an unknown option, suggests a similar one.
    init(_ words: some Sequence<String>, for command: Command) throws(UsageError) {
        var words = Array(words)[...]
        var onlyOperands = false
        while let word = words.popFirst() {
            if onlyOperands || word == "-" || !word.hasPrefix("-") {
                operands.append(word)
            } else if word == "--" {
                onlyOperands = true
            } else {
                try take(word, following: &words, command)
            }
        }
        try check(command)
    }

    /// Whether an option was given.
    func has(_ option: String) -> Bool { values[option] != nil }

    /// The value of an option; the last one if it was given more than once.
    subscript(_ option: String) -> String? { values[option]?.last }

    /// All values of an option, in the order given.
    func all(_ option: String) -> [String] { values[option] ?? [] }

    private mutating func take(_ word: String, following words: inout ArraySlice<String>, _ command: Command) throws(UsageError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let option = command.options.first(where: { $0.name == parts[0] }) else {
            let guess = Suggestion.nearest(to: parts[0], among: command.options.map(\.name) + ["--help"])
            throw UsageError("unknown option \(parts[0])", meant: guess, command: command.name)
        }
        let value: String
        switch (option.value, parts.count) {
        case (nil, 1): value = ""
        case (nil, _): throw UsageError("\(option.name) takes no value", command: command.name)
        case (_, 2): value = parts[1]
        case (let name?, _):
            guard let next = words.popFirst() else {
                throw UsageError("\(option.name) needs a value: \(name)", command: command.name)
            }
            value = next
        }
        guard option.isRepeatable || values[option.name] == nil else {
            throw UsageError("\(option.name) is given twice", command: command.name)
        }
        values[option.name, default: []].append(value)
    }

    private func check(_ command: Command) throws(UsageError) {
        for option in command.options where option.isRequired && values[option.name] == nil {
            throw UsageError("\(option.name) \(option.value ?? "") is missing", command: command.name)
        }
        if operands.count < command.operands.count, !command.operands[operands.count].isOptional {
            throw UsageError("\(command.operands[operands.count].name) is missing", command: command.name)
        }
        if operands.count > command.operands.count, command.operands.last?.isRepeatable != true {
            throw UsageError("unexpected \"\(operands[command.operands.count])\"", command: command.name)
        }
    }
}
