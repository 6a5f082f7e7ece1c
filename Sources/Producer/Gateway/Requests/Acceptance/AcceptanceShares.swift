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
    mutating func enter(_ length: Int, of service: TenantName) -> Bool {
        guard requests.take(by: service) else { return false }
        guard bytes.take(length, by: service) else {
            requests.give(by: service)
            return false
        }
        return true
    }

    mutating func leave(_ length: Int, of service: TenantName) {
        requests.give(by: service)
        bytes.give(length, by: service)
    }
}
