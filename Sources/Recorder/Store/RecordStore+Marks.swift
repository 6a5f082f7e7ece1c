import Database
import Model

extension RecordStore {
    private static let markStatement = Statement(
        "note how far the record is",
        "UPDATE record_marks SET through = $2::timestamptz WHERE lane = $1::lane AND through < $2::timestamptz")

    /// Notes that every event which was published on the lane before this moment is on record.
    func mark(_ lane: Lane, through time: Timestamp) async throws {
        try await database.query(Self.markStatement, [.text(lane.rawValue), .moment(milliseconds: time.milliseconds)])
    }
}
