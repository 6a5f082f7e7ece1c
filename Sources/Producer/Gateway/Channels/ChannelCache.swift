import Accounts
import Database
import Lookups
import Model
import Synchronization
import WebAPI

/// Whether channels exist. That a channel exists is cached for five seconds; that it does not exist is never cached.
final class ChannelCache: Sendable {
    private struct Key: Hashable {
        let tenant: Int64
        let channel: String
    }

    let store: ChannelStore
    private let known = Mutex(LookupTable<Key, Bool>(ages: ages, capacity: 100_000))
    private static let ages = LookupTable<Key, Bool>.Ages(due: .seconds(4), limit: .seconds(5), outage: .seconds(600))

    init(_ store: ChannelStore) { self.store = store }

    /// - Throws: `Problem` 404 with the names of those that do not exist; `DatabaseError` where one is not known and the database
    ///   cannot be asked.
    func require(_ channels: [String], of tenant: Tenant) async throws {
        let (unknown, due) = uncertain(channels, tenant)
        guard !unknown.isEmpty || !due.isEmpty else { return }
        let existing: Set<String>
        do throws(DatabaseError) {
            existing = try await store.existing(unknown + due, of: tenant)
        } catch {
            if unknown.isEmpty, error.isTransient { return }
            throw error
        }
        learn(unknown + due, existing: existing, tenant)
        let missing = (unknown + due).filter { !existing.contains($0) }
        if !missing.isEmpty { throw Problem.unknownChannels(missing) }
    }

    func remove(_ channel: String, of tenant: Tenant) async throws(DatabaseError) -> Bool {
        let removed = try await store.remove(channel, of: tenant)
        known.withLock { $0.remove(Key(tenant: tenant.id, channel: channel)) }
        return removed
    }

    private func uncertain(_ channels: [String], _ tenant: Tenant) -> (unknown: [String], due: [String]) {
        known.withLock { known in
            var unknown: [String] = []
            var due: [String] = []
            let now = ContinuousClock.now
            for channel in channels {
                switch known.find(Key(tenant: tenant.id, channel: channel), at: now) {
                case .fresh: break
                case .due: due.append(channel)
                case .nothing: unknown.append(channel)
                }
            }
            return (unknown, due)
        }
    }

    private func learn(_ channels: [String], existing: Set<String>, _ tenant: Tenant) {
        known.withLock { known in
            let now = ContinuousClock.now
            for channel in channels {
                let key = Key(tenant: tenant.id, channel: channel)
                if existing.contains(channel) { known.store(key, true, at: now) } else { known.remove(key) }
            }
        }
    }
}
