import Model

/// Who listens to what: the questions that the router asks. Answers come from the database; tests give their own.
struct Directory: Sendable {
    /// The names that one request mentions.
    struct Enquiry: Sendable {
        let service: ServiceName
        let channels: [String]
        let consumers: [String]
    }

    /// The numbers under which they are kept; a name that is not there is unknown.
    struct Answer: Sendable {
        var channels: [String: Int64] = [:]
        var consumers: [String: Int64] = [:]
        /// The highest subscription number so far.
        var watermark: Int64 = 0
    }

    /// One answer for each enquiry, in order.
    let find: @Sendable (_ enquiries: [Enquiry]) async throws -> [Answer]

    /// The endpoints of an audience's next consumers in a range, at most `limit` consumers, in the order of their numbers.
    let page:
        @Sendable (_ audience: Audience, _ range: ConsumerRange, _ media: Set<Medium>?, _ limit: Int) async throws -> ListenerPage

    /// The highest consumer number in an audience; 0 where nobody listens.
    let lastConsumer: @Sendable (_ audience: Audience) async throws -> Int64
}

/// Somebody who listens, at one endpoint.
struct Listener: Sendable {
    let consumer: String
    let endpoint: Endpoint
}

/// The listeners of some consecutive consumers.
struct ListenerPage: Sendable {
    let listeners: [Listener]
    /// The last consumer's number; where the page is empty, the range's end.
    let end: Int64
    /// Whether the range ends here.
    let isLast: Bool
}
