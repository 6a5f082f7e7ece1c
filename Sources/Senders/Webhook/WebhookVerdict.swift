import Senders
import Transfers

/// What an endpoint's answer means (Standard Webhooks). The answer's body is never looked at.
enum WebhookVerdict {
    /// An endpoint may not ask for more.
    private static let longestRetryAfter = Duration.seconds(86_400)

    static func verdict(_ reply: HTTPReply) -> Verdict {
        let why = "HTTP \(reply.status)"
        let wait = reply.retryAfter.map { min($0, longestRetryAfter) }
        switch reply.status {
        case 200..<300: return .delivered(reference: nil)
        case 300..<400: return .refused(why: "\(why): redirects are not followed")
        case 410: return .endpointGone(why: why)
        // A proxy in front of the endpoint's server says that the server cannot be reached.
        case 502, 503, 504: return .failing(after: wait, why: why)
        case 408, 425, 429, 500...: return .retry(after: wait, why: why)
        default: return .refused(why: why)
        }
    }

    /// An endpoint that may have taken the call can be called again: the `webhook-id` stays the same, and it knows a repeat by it.
    static func verdict(_ error: TransferError) -> Verdict {
        switch error {
        case .addressRefused(.notGlobal):
            .unsendable(why: "the address is not public; the operator can allow its network with POSTHORN_WEBHOOK_ALLOW")
        case .addressRefused(.port):
            .unsendable(why: "the port is not allowed; the operator can allow it with POSTHORN_WEBHOOK_PORTS")
        case .invalid(let why):
            .unsendable(why: why)
        case .overloaded:
            .deferred(why: .busy)
        case .closed:
            .retry(after: nil, why: error.description)
        case .resolveFailed, .connectFailed, .tlsFailed, .timedOut, .broken, .malformedReply, .authenticationFailed,
            .refusedByServer:
            .failing(after: nil, why: error.description)
        }
    }
}
