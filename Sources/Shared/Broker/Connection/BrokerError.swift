/// What went wrong between this process and the broker.
public enum BrokerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The URL of the broker cannot be used; the text says why and never repeats the URL.
    case badURL(String)
    /// No connection: wrong address, nobody listens, TLS refused, or the connection broke.
    case unreachable(String)
    /// User, password or virtual host are not accepted. The text is the broker's.
    case loginRefused(String)
    /// The queue or exchange does not exist (404). The text is the broker's.
    case notFound(String)
    /// The user may not do this (403). The text is the broker's.
    case accessRefused(String)
    /// The broker closed the AMQP channel or the connection for another reason.
    case closedByBroker(code: Int, text: String)
    /// No answer within the limit.
    case timedOut
    /// This subscriber or inspector has been closed.
    case closed

    /// Whether the same call may succeed later without anybody changing anything.
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
        case .closedByBroker(let code, let text): "the broker closed the channel: \(code) \(text)"
        case .timedOut: "the broker did not answer in time"
        case .closed: "the connection to the broker has been closed"
        }
    }
}
