import Testing

@testable import posthorn

@Suite struct CommandTableTests {
    private let table = CommandTable(sections: [
        .init(
            title: "all",
            commands: [
                Command(
                    name: "key create", summary: "Create a key", about: "About keys.",
                    operands: [.init(name: "ID", summary: "whose")],
                    options: [
                        .init(name: "--service", value: "NAME", summary: "of whom", isRequired: true),
                        .init(name: "--text", value: "TEXT", summary: "what", isRepeatable: true),
                        .init(name: "--quiet", value: nil, summary: "no words"),
                    ]
                ) { _ in .success },
                Command(name: "key list", summary: "List keys", about: "About.") { _ in .success },
                Command(name: "up", summary: "Run all", about: "About.") { _ in .success },
            ])
    ])

    @Test func `options and operands are found in any order`() throws {
        let words = ["key", "create", "--text", "a", "7", "--service=shop", "--text=b=c", "--quiet"]
        guard case .run(let command, let arguments) = try table.meaning(of: words) else {
            Issue.record("not a command to run")
            return
        }
        #expect(command.name == "key create" && arguments.operands == ["7"] && arguments["--service"] == "shop")
        #expect(arguments.all("--text") == ["a", "b=c"] && arguments.has("--quiet") && !arguments.has("--other"))
    }

    @Test(arguments: [
        (["upp"], "unknown command \"upp\"; did you mean posthorn up?\nsee posthorn --help"),
        (["key", "lst"], "unknown command \"key lst\"; did you mean posthorn key list?\nsee posthorn --help"),
        (["wholly-other"], "unknown command \"wholly-other\"\nsee posthorn --help"),
        (["up", "--drian"], "unknown option --drian\nsee posthorn up --help"),
        (["up", "more"], "unexpected \"more\"\nsee posthorn up --help"),
        (["key", "create", "7"], "--service NAME is missing\nsee posthorn key create --help"),
        (["key", "create", "--service", "a"], "ID is missing\nsee posthorn key create --help"),
        (["key", "create", "7", "--service"], "--service needs a value: NAME\nsee posthorn key create --help"),
        (
            ["key", "create", "7", "--servce", "a"],
            "unknown option --servce; did you mean --service?\nsee posthorn key create --help"
        ),
        (["key", "create", "7", "--service=a", "--service=b"], "--service is given twice\nsee posthorn key create --help"),
        (["key", "create", "7", "--service=a", "--quiet=1"], "--quiet takes no value\nsee posthorn key create --help"),
    ])
    func `the error of a wrong command line says what is wrong and where help is`(words: [String], sentence: String) {
        let error = #expect(throws: UsageError.self) { try table.meaning(of: words) }
        #expect(error?.description == sentence)
    }

    @Test(arguments: [
        ["--help"], ["help"], [], ["-h"], ["key"], ["key", "--help"], ["help", "key"], ["help", "key", "create"],
        ["key", "create", "--help"], ["key", "create", "7", "--service", "a", "-h"], ["up", "--help"],
    ])
    func `help is found at every position`(words: [String]) throws {
        guard case .help(let text) = try table.meaning(of: words) else {
            Issue.record("not help")
            return
        }
        #expect(!text.isEmpty)
    }

    @Test func `every command of the program has a help page`() {
        let commands = CommandTable.posthorn.commands
        #expect(Set(commands.map(\.name)).count == commands.count)
        for command in commands {
            let page = Help.page(of: command)
            #expect(page.contains("usage: posthorn \(command.name)") && !command.about.isEmpty && !command.summary.hasSuffix("."))
            #expect(page.split(separator: "\n").allSatisfy { $0.count <= 120 }, "\(command.name)")
        }
    }
}
