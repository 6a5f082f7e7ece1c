import Database
import Schema

enum DatabaseCommands {
    static let migrate = Command(
        name: "database migrate", summary: "Bring the database's tables up to date",
        about: """
            Creates or changes the tables that this version needs, each step in a transaction of its own. It is safe to
            run again, also by several processes at once.
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
        name: "database check", summary: "Check that the database's tables are up to date",
        about: """
            Exits with 0 if they are, with 1 otherwise. It changes nothing.
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
