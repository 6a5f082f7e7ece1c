import Model

/// The service in whose name a call is made: the one to which its API key belongs.
struct Tenant: Sendable, Hashable {
    /// Its row's id.
    let id: Int64
    let name: ServiceName
}
