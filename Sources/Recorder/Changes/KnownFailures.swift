import Model
import Synchronization

/// The endpoints that are known to be failing, so that a success of any other endpoint need not be looked up.
///
/// What another process has recorded is known only after the next refresh. A success that is missed because of that came within seconds of
/// the first failure, and a count of days that begins some seconds too early does no damage.
struct KnownFailures: Sendable {
    /// More are not kept: then each success is looked up.
    static let capacity = 100_000

    /// As the database had them at the last refresh; nil if there were too many.
    private var refreshed: Set<EndpointID>? = []
    /// What this process has found since, in two generations: a refresh may have read the database before the last of them were saved.
    private var recent: Set<EndpointID> = []
    private var earlier: Set<EndpointID> = []

    var isEmpty: Bool { refreshed?.isEmpty == true && recent.isEmpty && earlier.isEmpty }

    func contains(_ endpoint: EndpointID) -> Bool {
        guard let refreshed else { return true }
        return refreshed.contains(endpoint) || recent.contains(endpoint) || earlier.contains(endpoint)
    }

    mutating func note(_ endpoints: some Sequence<EndpointID>) {
        guard refreshed != nil else { return }
        recent.formUnion(endpoints)
        if recent.count > Self.capacity { refreshed = nil }
    }

    /// Before the database is read.
    mutating func beginRefresh() { (earlier, recent) = (recent, []) }

    /// - Parameter endpoints: all that the database has, or more than `capacity` of them.
    mutating func refresh(_ endpoints: Set<EndpointID>) { refreshed = endpoints.count > Self.capacity ? nil : endpoints }
}

extension KnownFailures {
    /// Those that the lanes of a process share.
    final class Shared: Sendable {
        private let known = Mutex(KnownFailures())

        var current: KnownFailures { known.withLock { $0 } }

        func note(_ endpoints: some Sequence<EndpointID>) { known.withLock { $0.note(endpoints) } }

        /// - Parameter read: at most one more than `KnownFailures.capacity`.
        func refresh(_ read: () async throws -> Set<EndpointID>) async throws {
            known.withLock { $0.beginRefresh() }
            let endpoints = try await read()
            known.withLock { $0.refresh(endpoints) }
        }
    }
}
