/// An error of the connection to the broker.
public enum BrokerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The broker URL is invalid. The text says why and never repeats the URL.
    case badURL(String)
    /// No connection: wrong address, connection refused, TLS failure, or connection lost.
    case unreachable(String)
    /// The broker rejected the user, the password or the virtual host. The text is the broker's.
    case loginRefused(String)
    /// The queue or exchange does not exist (404). The text is the broker's.
    case notFound(String)
    /// The user lacks the permission (403). The text is the broker's.
    case accessRefused(String)
    /// The broker closed the AMQP channel or the connection for another reason.
    case closedByBroker(code: Int, text: String)
    /// The broker did not answer within the limit.
    case timedOut
    /// This subscriber or inspector is closed.
    case closed

    /// Whether a retry of the same call may succeed without any change of configuration.
    public var isTransient: Bool {
        switch self {
        case .unreachable, .timedOut: true
        case .closedByBroker(let code, _): code == 320 || code == 541
        case .badURL, .loginRefused, .notFound, .accessRefused, .closed: false
        }
    }

    public var description: String {
        switch self {
        case .badURL(let why): "the broker's URL \(why)"
        case .unreachable(let why): "the broker cannot be reached: \(why)"
        case .loginRefused(let why): "the broker refused the login: \(why)"
        case .notFound(let text), .accessRefused(let text): text
        case .closedByBroker(let code, let text): "the broker closed the AMQP channel or connection: \(code) \(text)"
        case .timedOut: "the broker did not answer in time"
        case .closed: "the connection to the broker is closed"
        }
    }
}
