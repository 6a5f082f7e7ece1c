import Model

/// Who listens to what: the questions that the router asks. Answers come from the database; tests give their own.
struct Directory: Sendable {
    /// The names that one request mentions.
    struct Enquiry: Sendable {
        let tenant: TenantName
        let channels: [String]
        let consumers: [String]
    }

    /// The numbers under which they are kept; a name that is not there is unknown.
    struct Answer: Sendable {
        var channels: [ExactName: Int64] = [:]
        var consumers: [ExactName: Int64] = [:]
    }

    /// A name to the byte. Two that only look alike, such as é as one scalar and as two, are the same `String` in Swift, and two names to the
    /// database and to those who gave them.
    struct ExactName: Hashable, Sendable, ExpressibleByStringLiteral {
        private let bytes: [UInt8]

        init(_ name: String) { bytes = Array(name.utf8) }
        init(stringLiteral name: String) { self.init(name) }
    }

    /// A question for the next listeners of an audience.
    struct PageEnquiry: Sendable {
        let audience: Audience
        let range: ConsumerRange
        /// nil: every medium.
        let media: Set<Medium>?
        /// Consumers at the most.
        let limit: Int
    }

    /// Where an audience lies among the consumers' numbers.
    struct Extent: Sendable {
        let range: ConsumerRange
        /// Counted up to the limit that was asked for; one who listens to several channels counts for each.
        let consumers: Int
    }

    /// One answer for each enquiry, in order.
    let find: @Sendable (_ enquiries: [Enquiry]) async throws -> [Answer]

    /// For each enquiry, in order, the endpoints of the audience's next consumers in the range, in the order of their numbers.
    let pages: @Sendable (_ enquiries: [PageEnquiry]) async throws -> [ListenerPage]

    /// The range from the audience's first consumer to its last, and how many they are.
    let extent: @Sendable (_ audience: Audience, _ countLimit: Int) async throws -> Extent
}

/// Somebody who listens, at one endpoint.
struct Listener: Sendable {
    /// The consumer's name; nil where the request named the address itself.
    let consumer: String?
    let endpoint: Endpoint
}

/// The listeners of some consecutive consumers.
struct ListenerPage: Sendable {
    var listeners: [Listener]
    /// The number of the last consumer that the page covers; the range's end where the range ends with it.
    let end: Int64
    /// Whether the range ends here.
    let isLast: Bool
}
