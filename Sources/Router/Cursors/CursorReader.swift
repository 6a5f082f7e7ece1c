import Model

/// Reads the listeners of a cursor, chunk by chunk.
struct CursorReader: Sendable {
    let directory: Directory
    let firstMedia: FirstMediumLedger

    /// The listeners of the next consumers, on the cursor's medium.
    ///
    /// - Parameters:
    ///   - after: the number of the consumer before them.
    ///   - limit: the most consumers to read.
    func page(of cursor: Cursor, after: Int64, limit: Int) async throws -> ListenerPage {
        guard let order = cursor.order else {
            return try await page(cursor, after: after, through: cursor.through, [cursor.medium], limit)
        }
        let share = try await share(of: cursor, order, after, limit)
        return ListenerPage(
            listeners: try await listeners(of: share, cursor, order.starting(with: cursor.medium), after), end: share.through,
            isLast: share.through >= cursor.through)
    }

    /// The lines of the consumers in the share, without endpoints on earlier media: those were added after the decision.
    private func listeners(
        of share: FirstMediumLedger.Share, _ cursor: Cursor, _ order: EndpointOrder, _ after: Int64
    ) async throws -> [Listener] {
        guard !share.consumers.isEmpty else { return [] }
        // Nobody joins the audience of a request: the range has at most the consumers for whom the decision was made.
        let page = try await page(cursor, after: after, through: share.through, order.media, .max)
        return order.lines(of: page.listeners.filter { $0.number.map(share.consumers.contains) ?? false })
    }

    /// The cursor's share of the next consumers. If nobody has decided yet, decides for each of them on which medium its line begins.
    private func share(
        of cursor: Cursor, _ order: EndpointOrder, _ after: Int64, _ limit: Int
    ) async throws -> FirstMediumLedger.Share {
        if let share = try await firstMedia.find(cursor, after) { return share }
        let page = try await page(cursor, after: after, through: cursor.through, order.media, limit)
        var consumers: [Medium: [Int64]] = [:]
        for line in order.lines(of: page.listeners) {
            if let number = line.number { consumers[line.endpoint.medium, default: []].append(number) }
        }
        return try await firstMedia.decide(cursor, after, page.end, consumers)
    }

    private func page(
        _ cursor: Cursor, after: Int64, through: Int64, _ media: [Medium], _ limit: Int
    ) async throws -> ListenerPage {
        let query = Directory.PageQuery(
            audience: cursor.audience, range: ConsumerRange(after: after, through: through), media: Set(media), limit: limit)
        return try await directory.pages([query])[0]
    }
}
