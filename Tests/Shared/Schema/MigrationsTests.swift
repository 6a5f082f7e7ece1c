import Database
import Foundation
import Model
import TestSupport
import Testing

@testable import Schema

@Suite struct MigrationsTests {
    @Test func applyingTwiceChangesNothingTheSecondTime() async throws {
        try await TestDatabase.withDatabase(migrated: false) { database, _ in
            let migrations = Migrations(database)
            #expect(try await migrations.apply() == Migration.all.map(\.description))
            #expect(try await migrations.apply() == [])
            try await migrations.check()
        }
    }

    @Test func concurrentCallsApplyEachMigrationOnce() async throws {
        try await TestDatabase.withDatabase(migrated: false, poolSize: 6) { database, _ in
            let applied = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<6 { group.addTask { try await Migrations(database).apply() } }
                return try await group.reduce(into: [String]()) { $0 += $1 }
            }
            #expect(applied.sorted() == Migration.all.map(\.description))
            try await Migrations(database).check()
        }
    }

    @Test func anOlderSchemaIsRejectedWithTheCommandThatFixesIt() async throws {
        try await TestDatabase.withDatabase(migrated: false) { database, _ in
            let error = await #expect(throws: SchemaError.self) { try await Migrations(database).check() }
            #expect(error == SchemaError.version(found: 0, expected: Migrations.latest))
            #expect(error?.description.contains("posthorn database migrate") == true)
        }
    }

    @Test func aNewerSchemaIsRejected() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let newer = Migrations.latest + 1
            try await database.query(
                Statement("INSERT INTO schema_migrations (number, name) VALUES ($1, 'later')"), [.integer(newer)])
            let expected = SchemaError.version(found: newer, expected: Migrations.latest)
            await #expect(throws: expected) { try await Migrations(database).check() }
            await #expect(throws: expected) { try await Migrations(database).apply() }
        }
    }

    @Test func aNewMediumIsAddedToTheEnum() async throws {
        let pigeon = try #require(Medium(rawValue: "pigeon"))
        let media = Media(Media.posthorn.descriptions + [MediumDescription(pigeon, address: .text { _ in nil })])
        try await TestDatabase.withDatabase { database, _ in
            let missing = SchemaError.missingMedia(["pigeon"])
            await #expect(throws: missing) { try await Migrations(database, media: media).check() }
            #expect(try await Migrations(database, media: media).apply() == ["medium pigeon"])
            #expect(try await Migrations(database, media: media).apply() == [])
            try await Migrations(database, media: media).check()
        }
    }

    @Test func everyFileHasTheNumberAndNameOfItsMigration() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Sources/Shared/Schema/SQL")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false)).sorted()
        #expect(files == Migration.all.map { $0.description.replacing(" ", with: "-") + ".sql" })
    }

    @Test func theNumbersOfMigrationsIncrease() {
        let numbers = Migration.all.map(\.number)
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 } && numbers.last == Migrations.latest)
    }
}
