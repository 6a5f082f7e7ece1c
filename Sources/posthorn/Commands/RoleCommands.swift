import Gateway
import Recorder
import Router
import Runtime
import SenderProcess

/// The commands that run until they are told to stop.
enum RoleCommands {
    static let up = Command(
        name: "up", summary: "Run all roles in one process",
        about: """
            Runs gateway, router, sender and recorder in one process: the quickest way to begin, and all that a
            small installation needs. Before it is started for the first time:

              posthorn database migrate
              posthorn topology apply

            It stops on SIGTERM or Ctrl-C, when what is in flight is finished.
            """,
        settings: [.broker, .database, .secretKey, .gateway, .admin, .providers, .settings]
    ) { _ in
        try await RoleRunner.run([RecorderRole(), SenderRole(), RouterRole(), GatewayRole()], reportsUnread: true)
    }

    static let gateway = Command(
        name: "gateway", summary: "Run a gateway: the HTTP API",
        about: """
            Serves the HTTP API: services register consumers and channels, send requests and read what became of them.
            Run as many as you like, behind a load balancer.
            """,
        settings: [.gateway, .broker, .database, .secretKey, .admin, .settings]
    ) { _ in
        try await RoleRunner.run([GatewayRole()])
    }

    static let router = Command(
        name: "router", summary: "Run a router: it expands requests into notifications",
        about: """
            Takes requests from the broker, finds who listens to their channels, and puts one notification for each
            endpoint onto the senders' queues. Run as many as you like.
            """,
        settings: [.broker, .database, .admin, .settings]
    ) { _ in
        try await RoleRunner.run([RouterRole()])
    }

    static let sender = Command(
        name: "sender", summary: "Run a sender: it delivers notifications",
        about: """
            Takes notifications from the senders' queues and delivers them: webhooks at once, emails through the relays
            that POSTHORN_EMAIL_PROVIDERS names. Run as many as you like.
            """,
        settings: [.broker, .database, .secretKey, .providers, .admin, .settings]
    ) { _ in
        try await RoleRunner.run([SenderRole()])
    }

    static let recorder = Command(
        name: "recorder", summary: "Run a recorder: it keeps what became of each notification",
        about: """
            Takes events from the broker and saves them to the database in batches. Run as many as you like.
            """,
        settings: [.broker, .database, .admin, .settings]
    ) { _ in
        try await RoleRunner.run([RecorderRole()])
    }
}
