/// To which of a consumer's endpoints a message is delivered.
public enum DeliveryMode: String, CaseIterable, Sendable {
    /// To each of them.
    case all
    /// To one after the other until one succeeds.
    case first
}
