/// A provider's verdict on a notification, without what is said beside it: for metrics, events and the record.
public enum VerdictKind: String, CaseIterable, Sendable {
    case delivered, accepted, sent, retry, failing, unavailable, refused, unsendable
    case endpointGone = "endpoint-gone"
    case unknown, throttled, deferred, cancelled
}
