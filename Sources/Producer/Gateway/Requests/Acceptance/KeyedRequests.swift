import Accounts
import Database
import Model
import Synchronization

/// Sends each request with a dedupe key once, and distinguishes a repeat from another request under the same key.
final class KeyedRequests: Sendable {
    private let store: RequestStore
    private let recent = Mutex(RecentRequests())

    init(_ store: RequestStore) { self.store = store }

    /// Calls `send` where the request has not been sent, or was rejected.
    ///
    /// While the database is away it is sent unless this process has just sent it, and the router decides.
    ///
    /// - Returns: whether it is a repeat of one that was sent before.
    /// - Throws: `Conflict`; what `send` throws; `DatabaseError` that is not transient.
    func send(_ id: RequestID, digest: [UInt8], of tenant: Tenant, _ send: () async throws -> Void) async throws -> Bool {
        let earlier = try await earlier(id, of: tenant)
        switch recent.withLock({ $0.begin(id, digest: digest, earlier: earlier, at: .now) }) {
        case .isRepeat: return true
        case .conflict: throw Conflict(id: id)
        case .send: break
        }
        do { try await send() } catch {
            recent.withLock { $0.fail(id) }
            throw error
        }
        recent.withLock { $0.confirm(id, digest: digest, at: .now) }
        return false
    }

    private func earlier(_ id: RequestID, of tenant: Tenant) async throws(DatabaseError) -> RequestStore.Earlier? {
        do { return try await store.earlier(id, of: tenant) } catch {
            guard error.isTransient else { throw error }
            return nil
        }
    }

    /// Another request has been sent under the key.
    struct Conflict: Error {
        let id: RequestID
    }
}
