import Runtime
import Synchronization

/// What the bodies that are on their way to an answer hold together, shared among the parties that send them.
///
/// It counts bytes as they come and not as they are announced, so whoever announces much and sends nothing holds nothing.
final class BodyMemory: Sendable {
    private let shares: Mutex<FairShares<Int64>>
    private let refused: Counter

    init(limit: Int, refused: Counter) {
        shares = Mutex(FairShares(limit: limit))
        self.refused = refused
    }

    /// How many bytes are held now.
    var total: Int { shares.withLock { $0.total } }

    func take(_ bytes: Int, by party: Int64) -> Bool {
        let fits = shares.withLock { $0.take(bytes, by: party) }
        if !fits { refused.increment() }
        return fits
    }

    func give(_ bytes: Int, by party: Int64) {
        if bytes > 0 { shares.withLock { $0.give(bytes, by: party) } }
    }
}
