import Database
import Schema

enum DatabaseCommands {
    static let migrate = Command(
        name: "database migrate", summary: "Bring the database's tables up to date",
        about: """
            Creates or changes the tables that this version needs, each step in a transaction of its own. It can be run
            as often as you like, also by several at once.
            """,
        settings: [.database]
    ) { _ in
        try await ToolSettings.withDatabase { database in
            let applied = try await Migrations(database).apply()
            for step in applied { Console.print("applied \(step)") }
            if applied.isEmpty { Console.print("nothing to apply: the database is at version \(Migrations.latest)") }
            return .success
        }
    }

    static let check = Command(
        name: "database check", summary: "Tell whether the database's tables are up to date",
        about: """
            Ends with 0 where they are, with 1 otherwise. It changes nothing.
            """,
        settings: [.database]
    ) { _ in
        try await ToolSettings.withDatabase { database in
            try await Migrations(database).check()
            Console.print("the database is at version \(Migrations.latest), as this program needs it")
            return .success
        }
    }
}
