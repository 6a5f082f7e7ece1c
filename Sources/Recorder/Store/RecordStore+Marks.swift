import Database
import Model

extension RecordStore {
    private static let markStatement = Statement(
        "save a mark",
        "UPDATE record_marks SET through = $2::timestamptz WHERE lane = $1::lane AND through < $2::timestamptz")

    /// Records that every event published on the lane before this time is recorded.
    func mark(_ lane: Lane, through time: Timestamp) async throws {
        try await database.query(Self.markStatement, [.text(lane.rawValue), .moment(milliseconds: time.milliseconds)])
    }
}
