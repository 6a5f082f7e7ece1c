import JSON
public import Model
public import Runtime

extension ManagementAPI {
    public func userExists(_ name: String) async throws(ManagementError) -> Bool {
        do {
            _ = try await get(["users", name])
            return true
        } catch .notFound {
            return false
        }
    }

    /// Makes the broker user of a service and grants it what a service needs. An existing user of that name gets the password and the
    /// grants, so ask `userExists` before.
    public func createUser(for service: ServiceName, password: Secret) async throws(ManagementError) {
        try await put(["users", service.text], ["password": .string(password.reveal()), "tags": ""])
        let grants = ServiceGrants(for: service)
        try await put(["permissions", settings.virtualHost, service.text], grants.document)
        // One call for each exchange: a PUT replaces only the exchange that it names.
        for topic in grants.topics {
            try await put(["topic-permissions", settings.virtualHost, service.text], topic.document)
        }
    }
}
