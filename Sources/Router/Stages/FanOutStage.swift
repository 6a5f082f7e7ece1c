import Model

/// Turns a request into its notifications, or, where more listen than are expanded at once, into cursors: for each medium, one for each
/// range of consumers.
///
/// How a request is divided is written down before its cursors are published, and a repeat of it is divided alike. So it makes the same
/// cursors again, whoever began or ceased to listen in between.
struct FanOutStage: Stage {
    let directory: Directory
    let ledger: RequestLedger
    /// So many consumers are expanded at once at the most.
    let inlineLimit: Int
    /// How a large audience is divided.
    let division: Division
    /// The media that this installation knows.
    let media: Media
    let now: @Sendable () -> Timestamp

    func run(_ batch: [FrozenRequest]) async throws -> [Passage<FanOut>] {
        let undivided = batch.filter { $0.admitted.decisions.ranges == nil }
        var pages = try await directory.pages(
            undivided.map {
                Directory.PageEnquiry(
                    audience: $0.addressed.audience, range: .everybody, media: $0.request.media, limit: inlineLimit)
            }
        ).makeIterator()
        var passages: [Passage<FanOut>] = []
        for frozen in batch {
            if frozen.admitted.decisions.ranges == nil, let page = pages.next(), page.isLast {
                let notifications = page.listeners.map { frozen.notification(consumer: $0.consumer, endpoint: $0.endpoint) }
                passages.append(
                    .onward(FanOut(frozen, notifications: frozen.directNotifications + notifications, cursors: [], at: now())))
            } else {
                passages.append(.onward(try await divide(frozen)))
            }
        }
        return passages
    }

    private func divide(_ frozen: FrozenRequest) async throws -> FanOut {
        let ranges: [ConsumerRange]
        if let decided = frozen.admitted.decisions.ranges {
            ranges = decided
        } else {
            let extent = try await directory.extent(frozen.addressed.audience, division.countLimit)
            ranges = try await ledger.divide(
                RequestLedger.Key(frozen.admitted.decoded), extent.range.divided(into: division.parts(for: extent.consumers)))
        }
        return FanOut(frozen, notifications: frozen.directNotifications, cursors: frozen.cursors(over: ranges, media), at: now())
    }
}

extension FrozenRequest {
    /// For the addresses that the request names itself.
    fileprivate var directNotifications: [Notification] {
        var seen: Set<EndpointID> = []
        return request.recipients.compactMap { recipient in
            guard case .address(let address, let medium) = recipient, request.media?.contains(medium) ?? true else { return nil }
            let id = EndpointID.derived(service: admitted.service, medium: medium, address: address)
            guard seen.insert(id).inserted else { return nil }
            return notification(consumer: nil, endpoint: Endpoint(id: id, medium: medium, address: address))
        }
    }

    fileprivate func notification(consumer: String?, endpoint: Endpoint) -> Notification {
        Notification(
            request: admitted.id, service: admitted.service, reference: request.reference, lane: admitted.decoded.submission.lane,
            consumer: consumer, endpoint: endpoint, suspicion: admitted.suspicion, expiresAt: request.expiresAt,
            traceparent: admitted.decoded.submission.traceparent, content: content)
    }

    /// In an order that is always the same, because a cursor's number is its name.
    fileprivate func cursors(over ranges: [ConsumerRange], _ known: Media) -> [Cursor] {
        let media = known.all.filter { request.media?.contains($0) ?? true }
        return ranges.enumerated().flatMap { place, range in
            media.enumerated().map { medium in
                Cursor(
                    request: admitted.id, service: admitted.service, lane: admitted.decoded.submission.lane,
                    reference: request.reference, traceparent: admitted.decoded.submission.traceparent,
                    audience: addressed.audience, medium: medium.element, expiresAt: request.expiresAt,
                    part: place * media.count + medium.offset, parts: ranges.count * media.count, after: range.after,
                    through: range.through, content: content)
            }
        }
    }
}
