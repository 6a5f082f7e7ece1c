import Model

/// Turns a request into its notifications, or, where more listen than are expanded at once, into cursors.
struct FanOutStage: Stage {
    let directory: Directory
    /// So many consumers are expanded at once at the most.
    let inlineLimit: Int
    /// Into how many ranges a large channel is divided.
    let parts: Int
    let now: @Sendable () -> Timestamp

    func run(_ batch: [FrozenRequest]) async throws -> [Passage<FanOut>] {
        try await withThrowingTaskGroup(of: (Int, FanOut).self) { group in
            for (index, frozen) in batch.enumerated() {
                group.addTask { (index, try await fanOut(frozen)) }
            }
            return try await group.reduce(into: Array(repeating: Passage<FanOut>.ended(.repeated), count: batch.count)) {
                $0[$1.0] = .onward($1.1)
            }
        }
    }

    private func fanOut(_ frozen: FrozenRequest) async throws -> FanOut {
        let everybody = ConsumerRange(after: 0, through: .max)
        let page = try await directory.page(frozen.addressed.audience, everybody, frozen.request.media, inlineLimit)
        let direct = frozen.directNotifications
        if page.isLast {
            return FanOut(
                frozen, notifications: direct + page.listeners.map { frozen.notification(for: $0) }, cursors: [], at: now())
        }
        let last = try await directory.lastConsumer(frozen.addressed.audience)
        let ranges = ConsumerRange(after: 0, through: last).divided(into: parts)
        let cursors = ranges.enumerated().map { part, range in frozen.cursor(part: part, of: ranges.count, range) }
        return FanOut(frozen, notifications: direct, cursors: cursors, at: now())
    }
}

extension FrozenRequest {
    fileprivate func notification(for listener: Listener) -> Notification {
        notification(consumer: listener.consumer, endpoint: listener.endpoint)
    }

    /// For the addresses that the request names itself.
    fileprivate var directNotifications: [Notification] {
        guard request.media?.contains(.email) ?? true else { return [] }
        var seen: Set<String> = []
        return request.recipients.compactMap { recipient in
            guard case .email(let address) = recipient, seen.insert(address).inserted else { return nil }
            let id = EndpointID.derived(service: admitted.service, medium: .email, address: address)
            return notification(consumer: nil, endpoint: Endpoint(id: id, medium: .email, address: address))
        }
    }

    private func notification(consumer: String?, endpoint: Endpoint) -> Notification {
        Notification(
            request: admitted.id, service: admitted.service, reference: request.reference, lane: admitted.decoded.submission.lane,
            consumer: consumer, endpoint: endpoint, suspicion: admitted.suspicion, expiresAt: request.expiresAt,
            traceparent: admitted.decoded.submission.traceparent, content: content)
    }

    fileprivate func cursor(part: Int, of parts: Int, _ range: ConsumerRange) -> Cursor {
        Cursor(
            request: admitted.id, service: admitted.service, lane: admitted.decoded.submission.lane, reference: request.reference,
            traceparent: admitted.decoded.submission.traceparent, audience: addressed.audience, media: request.media,
            expiresAt: request.expiresAt, part: part, parts: parts, after: range.after, through: range.through, content: content)
    }
}
