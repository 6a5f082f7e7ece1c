public import Database
import Model

extension Record {
    private static let statement = Statement("SELECT id, status, attempt FROM notifications WHERE id = ANY($1::uuid[])")

    /// The record in the database.
    public init(_ database: Database) {
        self.init { ids in
            let rows = try await database.query(Self.statement, [.textArray(ids.map(\.description))])
            var entries: [NotificationID: Entry] = [:]
            for row in rows {
                guard let id = NotificationID(try row.text("id")), let status = Status(rawValue: try row.text("status")) else {
                    continue
                }
                entries[id] = Entry(status: status, attempt: Int(try row.integer("attempt")))
            }
            return entries
        }
    }
}
