public import Destinations

/// Why a call or a mail got no good answer. Nothing in it names an address, a host, a body or a secret.
public enum TransferError: Error, Sendable, Equatable {
    /// The call itself is malformed: an address that cannot be read, a header with a line end. It will never work.
    case invalid(String)
    /// The address policy forbids every address that the host's name resolved to.
    case addressRefused(AddressPolicy.Refusal)
    /// It waited for a free connection for as long as its time-out allows.
    case overloaded
    /// The host's name has no address now.
    case resolveFailed
    /// No connection: "connection refused", "no route to host", "timed out".
    case connectFailed(String)
    /// No trustworthy TLS session: "certificate verification failed", …
    case tlsFailed(String)
    /// No answer in time.
    case timedOut(sentRequest: Bool)
    /// The connection broke before the answer was complete.
    case broken(String, sentRequest: Bool)
    /// What came back was no answer of the protocol.
    case malformedReply(sentRequest: Bool)
    /// SMTP: the relay does not take our user and password.
    case authenticationFailed(MailReply)
    /// SMTP: the relay said no.
    case refusedByServer(MailStage, MailReply)
    /// The loop is closed.
    case closed

    /// Whether the other side may have taken the request although no answer says so. If false, nothing was taken and another try makes
    /// no second copy.
    public var mayHaveArrived: Bool {
        switch self {
        case .timedOut(let sent), .broken(_, let sent), .malformedReply(let sent): sent
        case .invalid, .addressRefused, .overloaded, .resolveFailed, .connectFailed, .tlsFailed, .authenticationFailed,
            .refusedByServer, .closed:
            false
        }
    }

    /// Whether the same may work at another time.
    public var isTransient: Bool {
        switch self {
        case .invalid, .addressRefused: false
        case .refusedByServer(_, let reply): reply.code < 500
        default: true
        }
    }
}

/// The steps of an SMTP dialogue at which a relay can say no.
public enum MailStage: String, Sendable {
    case greeting, hello, startTLS, authentication, sender, recipient, data, message
}

extension TransferError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .invalid(let why): "invalid: \(why)"
        case .addressRefused(let refusal): "address refused: \(refusal)"
        case .overloaded: "no free connection in time"
        case .resolveFailed: "the host's name has no address"
        case .connectFailed(let why): "cannot connect: \(why)"
        case .tlsFailed(let why): "TLS failed: \(why)"
        case .timedOut(let sent): sent ? "no answer in time" : "timed out before the request was sent"
        case .broken(let why, _): "connection broken: \(why)"
        case .malformedReply: "the answer is not of the protocol"
        case .authenticationFailed(let reply): "authentication failed: \(reply.code)"
        case .refusedByServer(let stage, let reply): "refused at \(stage.rawValue): \(reply.code) \(reply.text)"
        case .closed: "closed"
        }
    }
}
