import Accounts
import Cryptography
import Foundation
import Management
import Model
import Runtime

enum ServiceCommands {
    static let create = Command(
        name: "service create", summary: "Add a service: a program that sends",
        about: """
            A service is a tenant: its channels, consumers, requests and keys are its own. Its name is the first word of
            its routing keys: 1 to 40 of a-z, 0-9 and "-". A service that exists already is not changed.

            With --broker-user it also gets a RabbitMQ user of its name, to publish requests and to consume its events
            directly at the broker (docs/contract.md). The user's password is printed once, alone on standard output. A
            user that this command created before keeps its password and gets the permissions and limits of this version.
            """,
        operands: [.init(name: "NAME", summary: "of the service")],
        options: [.init(name: "--broker-user", value: nil, summary: "also create a RabbitMQ user of that name")],
        settings: [.database, .broker, .management]
    ) { arguments in
        let tenant = try tenant(arguments.operands[0])
        let wantsUser = arguments.has("--broker-user")
        // First the check that can fail without a change.
        let standing = wantsUser ? try await standing(of: tenant) : .absent
        let isNew = try await ToolSettings.withDatabase { try await TenantStore($0).create(tenant) }
        Console.note(isNew ? "created the service \(tenant)\n" : "the service \(tenant) exists already\n")
        guard wantsUser else { return .success }
        if case .ofService = standing {
            try await ToolSettings.withManagement { api in try await api.grant(tenant) }
            Console.note("the broker user \(tenant) keeps its password; its permissions and limits are renewed\n")
        } else {
            Console.print(try await createUser(tenant).reveal())
        }
        return .success
    }

    static let list = Command(
        name: "service list", summary: "List the services",
        about: "Prints the name of each service on a line.",
        settings: [.database]
    ) { _ in
        for tenant in try await ToolSettings.withDatabase({ try await TenantStore($0).list() }) { Console.print(tenant.text) }
        return .success
    }

    /// - Throws: `UsageError` for a name that no service may have.
    static func tenant(_ text: String) throws(UsageError) -> TenantName {
        guard let tenant = TenantName(text) else {
            throw UsageError("\"\(text)\" cannot be a service's name: 1 to 40 of a-z, 0-9 and \"-\", not \"-\" first")
        }
        guard !ServiceGrants.reservedNames.contains(text) else {
            throw UsageError("\"\(text)\" is reserved: Posthorn's own queues begin with it")
        }
        return tenant
    }

    /// - Throws: `ToolError.userExists` where the user is not a service's.
    private static func standing(of tenant: TenantName) async throws -> ManagementAPI.UserStanding {
        let standing = try await ToolSettings.withManagement { api in try await api.standing(of: tenant) }
        if case .foreign = standing { throw ToolError.userExists(tenant) }
        return standing
    }

    private static func createUser(_ tenant: TenantName) async throws -> Secret {
        let password = Secret(Hexadecimal.text(randomBytes(24).span))
        try await ToolSettings.withManagement { api in try await api.createUser(for: tenant, password: password) }
        Console.note("created the broker user \(tenant), with this password:\n")
        return password
    }
}
