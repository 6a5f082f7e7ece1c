public import Accounts
import Database
import HTTPServer
import Lookups
import Synchronization

/// Finds by the API key whose call it is. What the database said is kept for ten seconds, so a key that is revoked ends within that.
///
/// Keys that the database does not know are kept apart, so that no number of them drives out one that it knows, and few of those that are
/// not known here are asked for at the same time.
public final class KeyRing: Sendable {
    /// What can be told of a call without waiting.
    enum Recognition {
        case tenant(Tenant)
        case nobody
        /// The digest of a key about which the database must be asked.
        case unknown([UInt8])
    }

    private static let knownAges = LookupTable<[UInt8], Tenant>.Ages(
        due: .seconds(8), limit: .seconds(10), outage: .seconds(600))
    private static let strangerAges = LookupTable<[UInt8], Void>.Ages(
        due: .seconds(10), limit: .seconds(10), outage: .seconds(10))

    private let store: KeyStore
    private let known: Mutex<LookupTable<[UInt8], Tenant>>
    private let strangers: Mutex<LookupTable<[UInt8], Void>>
    private let inquiries: Inquiries<[UInt8], UInt64, Tenant?>

    /// - Parameters:
    ///   - lookups: how many keys that are not known here may be asked for at the same time.
    ///   - callers: how many callers may wait for that; of one client at most as many as places are free.
    ///   - capacity: how many keys that are known, and as many that are not, are kept.
    public init(_ store: KeyStore, lookups: Int = 4, callers: Int = 256, capacity: Int = 20_000) {
        self.store = store
        known = Mutex(LookupTable(ages: Self.knownAges, capacity: capacity))
        strangers = Mutex(LookupTable(ages: Self.strangerAges, capacity: capacity))
        inquiries = Inquiries(underWayLimit: lookups, callerLimit: callers) { digest in
            try await store.tenant(digest: digest)
        }
    }

    /// Neither waits nor asks. A key that is due is asked for by the call itself, when its body has been read.
    func recognise(authorization: String?) -> Recognition {
        guard let key = authorization.flatMap(APIKey.bearer) else { return .nobody }
        let digest = APIKey.digest(of: key)
        if let tenant = known.withLock({ $0.peek(digest, at: .now) }) { return .tenant(tenant) }
        return strangers.withLock { $0.peek(digest, at: .now) } == nil ? .unknown(digest) : .nobody
    }

    /// - Throws: `Problem` 401, and 503 where too many unknown keys are asked for; `DatabaseError` where the key is not known and the
    ///   database cannot be asked.
    func tenant(of request: ServerRequest) async throws -> Tenant {
        guard let key = request.header("authorization").flatMap(APIKey.bearer) else { throw Problem.unauthenticated }
        let digest = APIKey.digest(of: key)
        switch known.withLock({ $0.find(digest, at: .now) }) {
        case .fresh(let tenant): return tenant
        case .nothing: return try await ask(digest, by: request.clientNetwork)
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
    func ask(_ digest: [UInt8], by client: UInt64) async throws -> Tenant {
        if strangers.withLock({ $0.peek(digest, at: .now) }) != nil { throw Problem.unauthenticated }
        guard let answer = try await inquiries.ask(digest, by: client) else { throw Problem.tooManyUnknownKeys }
        guard let tenant = learn(digest, answer) else { throw Problem.unauthenticated }
        return tenant
    }

    /// Asks again about a key that is known; only one caller is told to.
    private func renew(_ digest: [UInt8]) async throws(DatabaseError) -> Tenant? {
        learn(digest, try await store.tenant(digest: digest))
    }

    private func learn(_ digest: [UInt8], _ tenant: Tenant?) -> Tenant? {
        if let tenant {
            known.withLock { $0.store(digest, tenant, at: .now) }
        } else {
            known.withLock { $0.remove(digest) }
            strangers.withLock { $0.store(digest, (), at: .now) }
        }
        return tenant
    }
}
