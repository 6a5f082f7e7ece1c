/// A setting in the help of a command.
struct Setting: Sendable {
    let name: String
    let summary: String

    static let broker = Setting(name: "POSTHORN_BROKER_URL", summary: "amqp://user:password@host:5672/vhost, or amqps://")
    static let management = Setting(
        name: "POSTHORN_MANAGEMENT_URL", summary: "http://user:password@host:15672, RabbitMQ's management API")
    static let database = Setting(name: "POSTHORN_DATABASE_URL", summary: "postgres://user:password@host:5432/database")
    static let secretKey = Setting(
        name: "POSTHORN_SECRET_KEY", summary: "32 random bytes or more in base64; webhook secrets are derived from it")
    static let gateway = Setting(name: "POSTHORN_GATEWAY_LISTEN", summary: "where the HTTP API listens (127.0.0.1:8080)")
    static let admin = Setting(
        name: "POSTHORN_ADMIN_LISTEN", summary: "where /metrics, /healthz and /readyz listen (127.0.0.1:9090)")
    static let providers = Setting(
        name: "POSTHORN_EMAIL_PROVIDERS", summary: "names of mail relays in order of use, each with POSTHORN_EMAIL_<NAME>_URL")
    static let settings = Setting(name: "POSTHORN_SETTINGS", summary: "a file of NAME=value lines; the environment overrides it")
}
