import JSON
public import Model
public import Runtime

extension ManagementAPI {
    /// What the broker has under the name of a service.
    public enum UserStanding: Sendable {
        case absent
        /// A user that was made for the service on this virtual host.
        case ofService
        /// Somebody else's, which must be left alone.
        case foreign
    }

    public func standing(of tenant: TenantName) async throws(ManagementError) -> UserStanding {
        let user: JSON
        do { user = try await get(["users", tenant.text]) } catch .notFound { return .absent }
        // Its tags are a text on 3.8 and a list from 3.9 on.
        guard user["tags"] == "" || user["tags"] == [] else { return .foreign }
        do {
            let permissions = try await get(["permissions", settings.virtualHost, tenant.text])
            let isOurs = permissions["configure"]?.stringValue?.hasPrefix("^\(tenant.text)\\.") ?? false
            return isOurs ? .ofService : .foreign
        } catch .notFound {
            return .foreign
        }
    }

    /// Makes the broker user of a service, and grants and limits it. An existing user of that name gets the password, too, so ask `standing`
    /// before.
    public func createUser(for tenant: TenantName, password: Secret) async throws(ManagementError) {
        try await put(["users", tenant.text], ["password": .string(password.reveal()), "tags": ""])
        try await grant(tenant)
    }

    /// Gives the broker user of a service what a service needs, and its limits. Safe to run again; connections that are open stay.
    public func grant(_ tenant: TenantName) async throws(ManagementError) {
        let grants = ServiceGrants(for: tenant)
        for limit in ServiceGrants.limits {
            try await put(["user-limits", tenant.text, limit.name], ["value": .integer(limit.value)])
        }
        try await put(["permissions", settings.virtualHost, tenant.text], grants.document)
        // One call for each exchange: a PUT replaces only the exchange that it names.
        for topic in grants.topics {
            try await put(["topic-permissions", settings.virtualHost, tenant.text], topic.document)
        }
    }
}
