/// Why a request was not sent.
public enum SendError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The request breaks a rule. Nothing was sent.
    case invalid(FieldError)
    /// The request's document is longer than is taken. Nothing was sent.
    case tooLarge(bytes: Int)
    /// The broker does not let this user send, or is not set up for Posthorn.
    case refused(PublishError)
    /// The broker was away, blocked or slow for longer than the settings' limit. The request may have arrived all the same: send it again
    /// with the same id.
    case unavailable(PublishError)
    /// The task was cancelled between two tries. The request may have arrived all the same.
    case cancelled

    /// Whether sending the same request again, with the same id, may succeed without anybody changing anything.
    public var isTransient: Bool {
        switch self {
        case .unavailable, .cancelled: true
        case .invalid, .tooLarge, .refused: false
        }
    }

    public var description: String {
        switch self {
        case .invalid(let error): error.description
        case .tooLarge(let bytes): "the request has \(bytes) bytes of JSON; at most \(Request.sizeLimit) are taken"
        case .refused(let error): error.description
        case .unavailable(let error): "the broker did not take the request in time: \(error)"
        case .cancelled: "the send was cancelled"
        }
    }
}
