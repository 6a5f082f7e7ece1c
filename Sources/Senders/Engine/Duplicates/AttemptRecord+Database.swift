public import Database
import Model

extension AttemptRecord {
    /// One statement, so that the mark and the notifications are read at the same moment.
    private static let statement = Statement(
        "look up attempts",
        """
        SELECT NULL AS id, NULL AS status, NULL AS attempt, through FROM record_marks WHERE lane = $2::lane
        UNION ALL
        SELECT id::text, status::text, attempt, NULL FROM notifications WHERE id = ANY($1::uuid[])
        """)

    /// The record in the database.
    public init(_ database: Database) {
        self.init { ids, lane in
            var entries: [NotificationID: Entry] = [:]
            var through = Timestamp(milliseconds: 0)
            for row in try await database.query(Self.statement, [.textArray(ids.map(\.description)), .text(lane.rawValue)]) {
                if let mark = try row.optionalMilliseconds("through") { through = Timestamp(milliseconds: mark) }
                guard let id = try row.optionalText("id").flatMap({ NotificationID($0) }),
                    let status = Status(rawValue: try row.text("status"))
                else { continue }
                entries[id] = Entry(status: status, attempt: Int(try row.integer("attempt")))
            }
            return Reading(entries: entries, through: through)
        }
    }
}
