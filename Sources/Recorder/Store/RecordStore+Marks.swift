import Database
import Model

extension RecordStore {
    private static let markStatement = Statement(
        "note how far the record is", "UPDATE record_marks SET through = $1::timestamptz WHERE through < $1::timestamptz")

    /// Notes that every event which was published before this moment is on record.
    func mark(through time: Timestamp) async throws {
        try await database.query(Self.markStatement, [.moment(milliseconds: time.milliseconds)])
    }
}
