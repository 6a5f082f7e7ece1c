import Gateway
import Recorder
import Roles
import Router
import Runtime
import SenderProcess

/// The commands that run until they are stopped.
enum RoleCommands {
    static let up = Command(
        name: "up", summary: "Run all roles in one process",
        about: """
            Runs gateway, router, sender and recorder in one process: the quickest way to start, and all that a small
            installation needs. Before the first start:

              posthorn database migrate
              posthorn topology apply

            It stops on SIGTERM or Ctrl-C, after the work in progress is finished.
            """,
        settings: [.broker, .database, .secretKey, .gateway, .admin, .providers, .settings]
    ) { _ in
        try await run(
            [RecorderRole(), SenderRole(), RouterRole(), GatewayRole()],
            unread: .reported(except: [Setting.management.name]))
    }

    static let gateway = Command(
        name: "gateway", summary: "Run a gateway: the HTTP API",
        about: """
            Serves the HTTP API: services register consumers and channels, send requests and read their status.
            Run as many as you like, behind a load balancer.
            """,
        settings: [.gateway, .broker, .database, .secretKey, .admin, .settings]
    ) { _ in
        try await run([GatewayRole()])
    }

    static let router = Command(
        name: "router", summary: "Run a router: it expands requests into notifications",
        about: """
            Consumes requests from the broker, finds the subscribers of their channels, and publishes one notification for
            each endpoint to the senders' queues. Run as many as you like.
            """,
        settings: [.broker, .database, .admin, .settings]
    ) { _ in
        try await run([RouterRole()])
    }

    static let sender = Command(
        name: "sender", summary: "Run a sender: it delivers notifications",
        about: """
            Consumes notifications from the senders' queues and delivers them: webhooks directly, emails through the relays
            that POSTHORN_EMAIL_PROVIDERS names. Run as many as you like.
            """,
        settings: [.broker, .database, .secretKey, .providers, .admin, .settings]
    ) { _ in
        try await run([SenderRole()])
    }

    static let recorder = Command(
        name: "recorder", summary: "Run a recorder: it saves the status of each notification",
        about: """
            Consumes events from the broker and saves them to the database in batches. Run as many as you like.
            """,
        settings: [.broker, .database, .admin, .settings]
    ) { _ in
        try await run([RecorderRole()])
    }

    private static func run(_ roles: [any Role], unread: RoleRunner.Unread = .ignored) async throws -> ExitCode {
        try await RoleRunner.run(roles, version: VersionCommand.number, unread: unread)
        return .success
    }
}
