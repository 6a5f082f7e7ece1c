public import Model

/// The record of notifications. Only possible duplicates are looked up; in normal operation nothing is.
public struct AttemptRecord: Sendable {
    /// The progress of one notification.
    public struct Entry: Sendable {
        public let status: Status
        /// How many attempts have been settled; 0 if none.
        public let attempt: Int

        public init(status: Status, attempt: Int) {
            self.status = status
            self.attempt = attempt
        }

        /// Whether a copy that is about to make this attempt is a duplicate. A failure covers the attempt after it as well, which another copy
        /// may be about to make, but not the one of a replay, which is at least two higher.
        func covers(attempt: Int) -> Bool {
            switch status {
            case .created: self.attempt >= attempt
            case let status where status.isFailure: self.attempt >= attempt - 1
            default: true
            }
        }
    }

    /// What the record says at one moment.
    public struct Reading: Sendable {
        public let entries: [NotificationID: Entry]
        /// Everything that was published on the lane before this moment is on record; what is missing has not happened.
        public let through: Timestamp

        public init(entries: [NotificationID: Entry], through: Timestamp) {
            self.entries = entries
            self.through = through
        }
    }

    let lookUp: @Sendable ([NotificationID], Lane) async throws -> Reading

    /// - Parameter lookUp: reads those notifications of a lane that are on record. Throws if the record cannot be read; the caller then waits.
    public init(lookUp: @escaping @Sendable ([NotificationID], Lane) async throws -> Reading) { self.lookUp = lookUp }
}
