import Broker
import WebAPI

extension Problem {
    /// Why the broker has not taken responsibility for a request, as its sender needs to know it.
    static func notAccepted(_ error: PublishError) -> Problem {
        switch error {
        case .overloaded: .brokerUnavailable("Too many requests wait for the broker. Send it again later.", retryAfter: 1)
        case .blocked:
            .brokerUnavailable(
                "The broker takes nothing for now. Send it again later, with an Idempotency-Key so that it cannot count twice.",
                retryAfter: 5)
        case .refused: .brokerUnavailable("The broker's queue is full. Send it again later.", retryAfter: 5)
        case .timedOut, .disconnected, .closed:
            .brokerUnavailable(
                "The broker has not confirmed the request. Send it again with the same Idempotency-Key, and it counts once.",
                retryAfter: 1)
        case .returned, .accessRefused, .notFound, .amqpChannelClosed, .unsendable:
            .brokerUnavailable(
                "The broker is not set up for this. The gateway has logged the error for its operator.", retryAfter: 30)
        }
    }

    private static func brokerUnavailable(_ detail: String, retryAfter seconds: Int) -> Problem {
        Problem(.brokerUnavailable, 503, "Not accepted", detail).with("Retry-After", "\(seconds)")
    }
}
