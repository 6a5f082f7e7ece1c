import Model

/// The subscribers of channels, as the router queries them. The answers come from the database; tests supply their own.
struct Directory: Sendable {
    /// The names that one request mentions.
    struct NameQuery: Sendable {
        let tenant: TenantName
        let channels: [String]
        let consumers: [String]
    }

    /// The ids of the names in the database; a name that is missing is unknown.
    struct Answer: Sendable {
        var channels: [ExactName: Int64] = [:]
        var consumers: [ExactName: Int64] = [:]
    }

    /// A name compared byte by byte. Two names that only look alike, such as é as one scalar and as two, are equal as a Swift `String`, but
    /// different names in the database and for those who chose them.
    struct ExactName: Hashable, Sendable, ExpressibleByStringLiteral {
        private let bytes: [UInt8]

        init(_ name: String) { bytes = Array(name.utf8) }
        init(stringLiteral name: String) { self.init(name) }
    }

    /// A query for the next listeners of an audience.
    struct PageQuery: Sendable {
        let audience: Audience
        let range: ConsumerRange
        /// nil: every medium.
        let media: Set<Medium>?
        /// The most consumers to read.
        let limit: Int
    }

    /// The range of consumer ids that contains an audience.
    struct Extent: Sendable {
        let range: ConsumerRange
        /// Counted up to the limit of the query; a consumer of several channels is counted for each.
        let consumers: Int
    }

    /// One answer for each query, in order.
    let find: @Sendable (_ queries: [NameQuery]) async throws -> [Answer]

    /// For each query, in order, the endpoints of the audience's next consumers in the range, ordered by consumer id.
    let pages: @Sendable (_ queries: [PageQuery]) async throws -> [ListenerPage]

    /// The range from the audience's first consumer to its last, and the number of consumers.
    let extent: @Sendable (_ audience: Audience, _ countLimit: Int) async throws -> Extent
}

/// The listeners of consecutive consumers.
struct ListenerPage: Sendable {
    var listeners: [Listener]
    /// The id of the last consumer that the page covers; the end of the range if the range ends with it.
    let end: Int64
    /// Whether the range ends here.
    let isLast: Bool
}
