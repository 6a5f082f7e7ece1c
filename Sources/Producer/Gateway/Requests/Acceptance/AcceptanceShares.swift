import Model
import Runtime

/// What is on its way to the broker, in requests and in bytes, and who may add to it: a service that sends more than the broker takes is
/// refused before the others are. Pure.
struct AcceptanceShares {
    private var requests: FairShares<TenantName>
    private var bytes: FairShares<TenantName>

    /// - Parameters:
    ///   - requestLimit: how many requests of all services may be on their way.
    ///   - byteLimit: how long their documents may be together, in bytes.
    init(requestLimit: Int, byteLimit: Int) {
        requests = FairShares(limit: requestLimit)
        bytes = FairShares(limit: byteLimit)
    }

    /// - Returns: false where the service has its share already; then nothing has changed.
    mutating func enter(_ length: Int, of tenant: TenantName) -> Bool {
        guard requests.take(by: tenant) else { return false }
        guard bytes.take(length, by: tenant) else {
            requests.give(by: tenant)
            return false
        }
        return true
    }

    mutating func leave(_ length: Int, of tenant: TenantName) {
        requests.give(by: tenant)
        bytes.give(length, by: tenant)
    }
}
