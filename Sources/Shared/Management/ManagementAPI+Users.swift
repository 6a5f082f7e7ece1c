import JSON
public import Model
public import Runtime

extension ManagementAPI {
    /// The user that the broker has under the name of a service.
    public enum UserStanding: Sendable {
        case absent
        /// A user that was created for the service on this virtual host.
        case ofService
        /// A user with another purpose, which must not be changed.
        case foreign
    }

    public func standing(of tenant: TenantName) async throws(ManagementError) -> UserStanding {
        let user: JSON
        do { user = try await get(["users", tenant.text]) } catch .notFound { return .absent }
        // The tags are a string on 3.8 and a list from 3.9 on.
        guard user["tags"] == "" || user["tags"] == [] else { return .foreign }
        do {
            let permissions = try await get(["permissions", settings.virtualHost, tenant.text])
            let isOurs = permissions["configure"]?.stringValue?.hasPrefix("^\(tenant.text)\\.") ?? false
            return isOurs ? .ofService : .foreign
        } catch .notFound {
            return .foreign
        }
    }

    /// Creates the broker user of a service, with its permissions and limits. An existing user of that name gets the password, too, so call
    /// `standing` first.
    public func createUser(for tenant: TenantName, password: Secret) async throws(ManagementError) {
        try await put(["users", tenant.text], ["password": .string(password.reveal()), "tags": ""])
        try await grant(tenant)
    }

    /// Sets the permissions and limits of a service's broker user. Safe to run again; open connections stay open.
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
