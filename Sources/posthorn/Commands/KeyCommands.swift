import Accounts
import Model

enum KeyCommands {
    private static let tenant = Command.Option(
        name: "--service", value: "NAME", summary: "the service that gets the key", isRequired: true)

    static let create = Command(
        name: "key create", summary: "Create an API key for the gateway",
        about: """
            Prints only the key on standard output. It is shown once: the database stores only its digest. A program with
            the key can act for the service: send, and read and change its channels and consumers.

              curl -H "Authorization: Bearer KEY" http://127.0.0.1:8080/v1/channels
            """,
        options: [tenant, .init(name: "--name", value: "TEXT", summary: "a name by which you recognize it")],
        settings: [.database]
    ) { arguments in
        let tenant = try ServiceCommands.tenant(arguments["--service"] ?? "")
        let key = try await ToolSettings.withDatabase {
            try await KeyStore($0).create(tenant: tenant, name: arguments["--name"] ?? "")
        }
        Console.print(key.text.reveal())
        return .success
    }

    static let list = Command(
        name: "key list", summary: "List API keys",
        about: "Prints for each key its id, its first characters, when it was created, whether it is in force, and its name.",
        options: [.init(name: "--service", value: "NAME", summary: "only this service's")],
        settings: [.database]
    ) { arguments in
        let only = try arguments["--service"].map { try ServiceCommands.tenant($0) }
        try await ToolSettings.withDatabase { database in
            let services = if let only { [only] } else { try await TenantStore(database).list() }
            for tenant in services {
                for key in try await KeyStore(database).list(tenant: tenant) {
                    let state = key.revokedAt.map { "revoked \($0)" } ?? "in force"
                    Console.print(
                        [key.id.description, key.prefix + "…", key.createdAt.description, state, key.name].joined(separator: "  ")
                    )
                }
            }
        }
        return .success
    }

    static let revoke = Command(
        name: "key revoke", summary: "Revoke an API key",
        about: "The key is refused from now on; a gateway that has just used it may accept it for ten more seconds.",
        operands: [.init(name: "ID", summary: "of the key, as key list shows it")],
        settings: [.database]
    ) { arguments in
        let text = arguments.operands[0]
        guard let id = ID<APIKey>(text) else { throw UsageError("\"\(text)\" is no key's id", command: "key revoke") }
        try await ToolSettings.withDatabase { database in
            for tenant in try await TenantStore(database).list() {
                if try await KeyStore(database).revoke(id, tenant: tenant) {
                    Console.print("revoked \(id) of \(tenant)")
                    return
                }
            }
            throw ToolError.noSuchKey(text)
        }
        return .success
    }
}
