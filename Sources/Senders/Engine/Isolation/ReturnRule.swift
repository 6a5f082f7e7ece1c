import Model

/// What happens to a delivery that was returned to its queue because processes ended while they had it. Pure.
///
/// The one that ends them is among all that were in the window at the time. So after a few returns each of these goes to a queue whose
/// messages are sent alone, and from then on only the one that ends the process is returned again.
enum ReturnRule {
    enum Step: Equatable {
        /// Decode it and begin it.
        case begin
        /// Move it to the queue of isolated notifications.
        case isolate
        /// It has ended several processes alone: it is poison.
        case park
    }

    /// After so many returns it is isolated.
    static let isolatedAfter = 3
    /// After so many returns, the ones before it was isolated included, it is parked.
    static let parkedAfter = 6

    static func step(returns: Int, on traffic: Traffic) -> Step {
        switch traffic {
        case .sparse, .burst: returns >= isolatedAfter ? .isolate : .begin
        case .isolated: returns >= parkedAfter ? .park : .begin
        }
    }
}
