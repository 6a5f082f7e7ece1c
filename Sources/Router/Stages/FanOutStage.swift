import Model

/// Turns a request into its notifications or, if it has more listeners than are expanded at once, into cursors: for each medium, one for each
/// range of consumers.
///
/// How a request is divided is recorded before its cursors are published, and a repeat of it is divided in the same way. So it creates the same
/// cursors again, whoever subscribed or unsubscribed in between.
struct FanOutStage: Stage {
    let directory: Directory
    let ledger: RequestLedger
    /// The stages that decide on listeners. The listeners of cursors are decided on page by page.
    let listeners: ListenerPipeline
    /// The most consumers that are expanded at once.
    let inlineLimit: Int
    /// How a large audience is divided.
    let division: Division
    /// The media of this installation.
    let media: Media
    let now: @Sendable () -> Timestamp

    func run(_ batch: Batch<EncodedRequest>) async throws -> Batch<FanOut> {
        let paged = try await batch.askingWhereNeeded(
            { request in
                guard request.ranges == nil else { return Directory.PageQuery?.none }
                return Directory.PageQuery(
                    audience: request.audience, range: .everybody, media: request.media.map { Set($0) }, limit: inlineLimit)
            }, directory.pages)
        let sized = try await paged.mapInTurn { request, page in
            guard let page, page.isLast else { return .proceed((request, Reach.large(try await ranges(of: request)))) }
            return .proceed((request, .small(request.order(media)?.lines(of: page.listeners) ?? page.listeners)))
        }
        let decided = try await sized.asking(
            { request, reach in ListenerBatch(request.namedListeners + reach.listeners, of: request.source) },
            listeners.run)
        return decided.map { sized, batch in
            let (request, reach) = sized
            return .proceed(FanOut(request, listeners: batch, cursors: request.cursors(over: reach.ranges, media), at: now()))
        }
    }

    /// The listeners of a small audience, or the ranges of a large one.
    private enum Reach: Sendable {
        case small([Listener])
        case large([ConsumerRange])

        var listeners: [Listener] { if case .small(let listeners) = self { listeners } else { [] } }
        var ranges: [ConsumerRange] { if case .large(let ranges) = self { ranges } else { [] } }
    }

    private func ranges(of request: EncodedRequest) async throws -> [ConsumerRange] {
        if let decided = request.ranges { return decided }
        let extent = try await directory.extent(request.audience, division.countLimit)
        return try await ledger.divide(request.key, extent.range.divided(into: division.parts(for: extent.consumers)))
    }
}

extension EncodedRequest {
    /// The addresses that the request names itself, each once.
    fileprivate var namedListeners: [Listener] {
        var seen: Set<EndpointID> = []
        return addresses.compactMap { named in
            guard media?.contains(named.medium) ?? true else { return nil }
            let id = EndpointID.derived(tenant: source.tenant, medium: named.medium, address: named.address)
            guard seen.insert(id).inserted else { return nil }
            return Listener(consumer: nil, endpoint: Endpoint(id: id, medium: named.medium, address: named.address))
        }
    }

    /// Always in the same order, because the number of a cursor identifies it.
    fileprivate func cursors(over ranges: [ConsumerRange], _ known: Media) -> [Cursor] {
        guard !ranges.isEmpty else { return [] }
        let media = known.all.filter { self.media?.contains($0) ?? true }
        return ranges.enumerated().flatMap { place, range in
            media.enumerated().map { medium in
                Cursor(
                    request: source.request, tenant: source.tenant, lane: source.lane, reference: source.reference,
                    acceptedAt: source.acceptedAt, traceparent: source.traceparent, audience: audience, medium: medium.element,
                    order: order(known), expiresAt: source.expiresAt, part: place * media.count + medium.offset,
                    parts: ranges.count * media.count, after: range.after,
                    through: range.through, content: source.content)
            }
        }
    }
}
