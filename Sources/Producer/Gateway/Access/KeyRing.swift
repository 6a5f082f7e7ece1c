import Cryptography
import Database
import HTTPServer
import Synchronization

/// Tells by the API key whose call it is. What the database said is kept for ten seconds, so a key that is revoked ends within that.
final class KeyRing: Sendable {
    private static let ages = LookupTable<[UInt8], Tenant?>.Ages(
        due: .seconds(8), limit: .seconds(10), outage: .seconds(600))

    private let store: KeyStore
    private let known = Mutex(LookupTable<[UInt8], Tenant?>(ages: ages, capacity: 20_000))

    init(_ store: KeyStore) { self.store = store }

    /// - Throws: `Problem` 401; `DatabaseError` where the key is not known and the database cannot be asked.
    func tenant(of request: ServerRequest) async throws -> Tenant {
        guard let key = request.header("authorization").flatMap(APIKey.bearer) else { throw Problem.unauthenticated }
        guard let tenant = try await tenant(digest: APIKey.digest(of: key)) else { throw Problem.unauthenticated }
        return tenant
    }

    private func tenant(digest: [UInt8]) async throws(DatabaseError) -> Tenant? {
        let finding = known.withLock { $0.find(digest, at: .now) }
        switch finding {
        case .fresh(let tenant): return tenant
        case .nothing: return try await ask(digest)
        case .due(let tenant):
            do {
                return try await ask(digest)
            } catch {
                guard error.isTransient else { throw error }
                return tenant
            }
        }
    }

    private func ask(_ digest: [UInt8]) async throws(DatabaseError) -> Tenant? {
        let tenant = try await store.tenant(digest: digest)
        known.withLock { $0.store(digest, tenant, at: .now) }
        return tenant
    }
}
