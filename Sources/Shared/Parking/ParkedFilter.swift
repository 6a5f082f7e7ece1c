public import Contract
import Foundation
public import Model
public import Topology

/// Which parked messages an operator means. A message must meet every condition that is set. Pure.
public struct ParkedFilter: Sendable {
    public var queues = ParkedReason.allCases
    public var medium: Medium?
    public var tenant: TenantName?
    /// One of those that failed to send it.
    public var provider: String?
    /// A part of the sentence that says why it is parked, in upper or lower case.
    public var why: String?
    /// One whose time is not known meets neither.
    public var olderThan: Duration?
    public var newerThan: Duration?
    /// Ids of notifications, of requests or of messages; empty means all.
    public var ids: Set<String> = []

    public init() {}

    public func matches(_ copy: ParkedCopy, at now: Timestamp = .now) -> Bool {
        if let medium, copy.medium != medium { return false }
        if let tenant, copy.tenant != tenant { return false }
        if let provider, !copy.failedProviders.contains(provider) { return false }
        if let why, !copy.why.localizedCaseInsensitiveContains(why) { return false }
        if let olderThan, !(copy.age(at: now).map { $0 > olderThan } ?? false) { return false }
        if let newerThan, !(copy.age(at: now).map { $0 < newerThan } ?? false) { return false }
        return ids.isEmpty || copy.ids.contains(where: ids.contains)
    }
}

extension ParkedCopy {
    /// How long it has been parked; nil where that is not known.
    public func age(at now: Timestamp) -> Duration? {
        parkedAt.map { .milliseconds(max(0, now.milliseconds - $0.milliseconds)) }
    }
}
