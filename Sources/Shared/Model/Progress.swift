/// How far a notification is: its status, and the attempt in which it got it.
///
/// Events arrive late, repeatedly and in any order. So the number of the attempt decides which of two is newer: a replay has a number of its
/// own, above all attempts before it and below the one that it begins. The database has the same rule (`gives_way` in `Shared/Schema/SQL`).
public struct Progress: Sendable, Equatable {
    public let status: Status
    /// From 1; 0 where there was no attempt.
    public let attempt: Int

    public init(_ status: Status, attempt: Int) {
        self.status = status
        self.attempt = attempt
    }

    /// Whether the other changes this one:
    /// - What was delivered never changes.
    /// - A failure changes only in a later attempt, which a replay begins. A failure of an earlier attempt changes nothing.
    /// - What was handed over neither expires nor is cancelled, even where a process that did not know of it reports so.
    /// - Otherwise a later status or a higher attempt changes it.
    public func givesWay(to next: Progress) -> Bool {
        if status == .delivered { return false }
        if status.isFailure { return next.attempt > attempt }
        if next.status >= .expired { return status == .created && next.attempt >= attempt }
        if next.status.isFailure { return next.attempt >= attempt }
        return next.status > status || next.attempt > attempt
    }

    /// Whether one that gives way takes the other's status; if not, only its attempt is saved.
    public func takesStatus(of next: Progress) -> Bool { status.isFailure || next.status > status }
}
