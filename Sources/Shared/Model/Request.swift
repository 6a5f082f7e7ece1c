public import JSON

/// A message that a service asks Posthorn to deliver.
public struct Request: Sendable, Equatable {
    /// The largest body that is accepted, in bytes of JSON.
    public static let sizeLimit = 256 * 1024

    public var channels: [String]
    /// The title, one line, and then the paragraphs of the body.
    public var text: [String]
    /// Addresses of files (https).
    public var files: [String]
    /// When the reported thing happened; nil means when the request was sent.
    public var timestamp: Timestamp?
    /// An object of the service's own, passed on unchanged.
    public var metadata: JSON
    /// Recipients in addition to the channels' consumers.
    public var recipients: [Recipient]
    public var lane: Lane
    /// The media to use, each once; nil means each that the recipients registered. Their order matters if the delivery is `first`.
    public var media: [Medium]?
    /// To which of a consumer's endpoints it is delivered. An address in `recipients` is always its only endpoint.
    public var delivery: DeliveryMode
    /// Nothing is sent after this time.
    public var expiresAt: Timestamp?
    /// Two requests of one service with the same key are one request.
    public var dedupeKey: String?
    /// The service's own name for the request, repeated in every event.
    public var reference: String?

    public init(
        channels: [String] = [], text: [String], files: [String] = [], timestamp: Timestamp? = nil, metadata: JSON = .object([]),
        recipients: [Recipient] = [], lane: Lane = .normal, media: [Medium]? = nil, delivery: DeliveryMode = .all,
        expiresAt: Timestamp? = nil, dedupeKey: String? = nil, reference: String? = nil
    ) {
        self.channels = channels
        self.text = text
        self.files = files
        self.timestamp = timestamp
        self.metadata = metadata
        self.recipients = recipients
        self.lane = lane
        self.media = media
        self.delivery = delivery
        self.expiresAt = expiresAt
        self.dedupeKey = dedupeKey
        self.reference = reference
    }
}

/// A recipient that a request names itself.
public enum Recipient: Sendable, Hashable {
    /// A registered consumer, on every endpoint that it has.
    case consumer(String)
    /// An address that need not be registered, on a medium whose description allows that.
    case address(String, on: Medium)

    /// An email address that need not be registered.
    public static func email(_ address: String) -> Recipient { .address(address, on: .email) }
}
