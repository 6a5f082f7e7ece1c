public import Model

/// What is on record of notifications. Only those are looked up that may be repeats; nothing on the straight path is.
public struct AttemptRecord: Sendable {
    /// The progress of one notification.
    public struct Entry: Sendable {
        public let status: Status
        /// How many tries have been settled; 0 where none has.
        public let attempt: Int

        public init(status: Status, attempt: Int) {
            self.status = status
            self.attempt = attempt
        }

        /// Whether a copy that is about to make the given attempt is a repeat.
        func covers(attempt: Int) -> Bool { status != .created || self.attempt >= attempt }
    }

    /// What the record says at one moment.
    public struct Reading: Sendable {
        public let entries: [NotificationID: Entry]
        /// Everything that was published on the lane before this moment is on record, so that what is not has not happened.
        public let through: Timestamp

        public init(entries: [NotificationID: Entry], through: Timestamp) {
            self.entries = entries
            self.through = through
        }
    }

    let lookUp: @Sendable ([NotificationID], Lane) async throws -> Reading

    /// - Parameter look: answers for those of a lane that are on record. It throws where the record cannot be read; the caller then waits.
    public init(lookUp: @escaping @Sendable ([NotificationID], Lane) async throws -> Reading) { self.lookUp = lookUp }
}
