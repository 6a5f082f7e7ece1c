public import Accounts
import Database
import Lookups
import Synchronization

/// Finds by the API key whose call it is. What the database said is kept for ten seconds, so a key that is revoked ends within that.
///
/// Keys that the database does not know are kept apart, so that no number of them drives out one that it knows, and few of those that are
/// not known here are asked for at the same time.
public final class KeyAuthenticator: Sendable {
    /// What is known of a call without waiting.
    enum Recognition {
        case known(Tenant, KeyDigest)
        case nobody
        /// A key about which the database must be asked.
        case unknown(KeyDigest)
    }

    private static let knownAges = LookupTable<KeyDigest, Tenant>.Ages(
        due: .seconds(8), limit: .seconds(10), outage: .seconds(600))
    private static let strangerAges = LookupTable<KeyDigest, Void>.Ages(
        due: .seconds(10), limit: .seconds(10), outage: .seconds(10))

    private let store: KeyStore
    private let known: Mutex<LookupTable<KeyDigest, Tenant>>
    private let strangers: Mutex<LookupTable<KeyDigest, Void>>
    private let lookups: SharedLookups<KeyDigest, UInt64, Tenant?>

    /// - Parameters:
    ///   - lookups: how many keys that are not known here may be asked for at the same time.
    ///   - callers: how many callers may wait for that; of one client at most as many as places are free.
    ///   - capacity: how many keys that are known, and as many that are not, are kept.
    public convenience init(_ store: KeyStore, lookups: Int = 4, callers: Int = 256, capacity: Int = 20_000) {
        self.init(store, lookups: lookups, callers: callers, capacity: capacity, ages: Self.knownAges)
    }

    /// - Parameter ages: of keys that are known.
    init(_ store: KeyStore, lookups: Int, callers: Int, capacity: Int, ages: LookupTable<KeyDigest, Tenant>.Ages) {
        self.store = store
        known = Mutex(LookupTable(ages: ages, capacity: capacity))
        strangers = Mutex(LookupTable(ages: Self.strangerAges, capacity: capacity))
        self.lookups = SharedLookups(underWayLimit: lookups, callerLimit: callers) { digest in
            try await store.tenant(digest: digest)
        }
    }

    /// Neither waits nor asks. A key that is due is asked for by the call itself, when its body has been read.
    func recognise(authorization: String?) -> Recognition {
        guard let key = authorization.flatMap(APIKey.bearer) else { return .nobody }
        let digest = KeyDigest(of: key)
        if let tenant = known.withLock({ $0.peek(digest, at: .now) }) { return .known(tenant, digest) }
        return strangers.withLock { $0.peek(digest, at: .now) } == nil ? .unknown(digest) : .nobody
    }

    /// The tenant of a key that was let in, asked for again where it is due: the key may have been revoked since, and only its own digest
    /// shows that, because a tenant has other keys.
    ///
    /// - Parameter client: whose place it takes while it waits.
    /// - Throws: `Problem` 401, and 503 where too many unknown keys are asked for; `DatabaseError` where the key is not known and the
    ///   database cannot be asked.
    func tenant(of digest: KeyDigest, by client: UInt64) async throws -> Tenant {
        switch known.withLock({ $0.find(digest, at: .now) }) {
        case .fresh(let tenant): return tenant
        case .nothing: return try await ask(digest, by: client)
        case .due(let tenant):
            do {
                guard let found = try await renew(digest) else { throw Problem.unauthenticated }
                return found
            } catch let error as DatabaseError where error.isTransient {
                return tenant
            }
        }
    }

    /// Asks the database about a key that is not known here, within the bounds.
    ///
    /// - Parameter client: whose place it takes while it waits.
    func ask(_ digest: KeyDigest, by client: UInt64) async throws -> Tenant {
        if strangers.withLock({ $0.peek(digest, at: .now) }) != nil { throw Problem.unauthenticated }
        guard let answer = try await lookups.ask(digest, by: client) else { throw Problem.tooManyUnknownKeys }
        guard let tenant = learn(digest, answer) else { throw Problem.unauthenticated }
        return tenant
    }

    /// Asks again about a key that is known; only one caller does so.
    private func renew(_ digest: KeyDigest) async throws(DatabaseError) -> Tenant? {
        learn(digest, try await store.tenant(digest: digest))
    }

    private func learn(_ digest: KeyDigest, _ tenant: Tenant?) -> Tenant? {
        if let tenant {
            known.withLock { $0.store(digest, tenant, at: .now) }
        } else {
            known.withLock { $0.remove(digest) }
            strangers.withLock { $0.store(digest, (), at: .now) }
        }
        return tenant
    }
}
