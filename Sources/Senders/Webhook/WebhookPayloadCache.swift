import Model
import Synchronization

/// The payloads that were rendered last, by the digest of their content.
final class WebhookPayloadCache: Sendable {
    private struct State {
        var payloads: [String: [UInt8]] = [:]
        /// Digests, the one that was used longest ago first.
        var order: [String] = []
    }

    private let capacity: Int
    private let state = Mutex(State())

    init(capacity: Int = 64) { self.capacity = capacity }

    /// The payload of a content, rendered if it is not at hand.
    func payload(of content: EncodedContent) throws -> [UInt8] {
        let known: [UInt8]? = state.withLock { state in
            guard let payload = state.payloads[content.digest] else { return nil }
            if state.order.last != content.digest, let place = state.order.lastIndex(of: content.digest) {
                state.order.append(state.order.remove(at: place))
            }
            return payload
        }
        if let known { return known }
        let payload = try WebhookPayload.render(content)
        state.withLock { state in
            guard state.payloads.updateValue(payload, forKey: content.digest) == nil else { return }
            state.order.append(content.digest)
            if state.order.count > capacity { state.payloads[state.order.removeFirst()] = nil }
        }
        return payload
    }
}
