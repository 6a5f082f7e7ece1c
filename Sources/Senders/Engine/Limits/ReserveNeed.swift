/// An account has shown a rate that is not set, and needs room for notifications that wait for it beside the windows of a lane.
struct ReserveNeed: Equatable, Sendable {
    /// The provider's name.
    let account: String
    /// For how many of each queue.
    let count: Int
}
