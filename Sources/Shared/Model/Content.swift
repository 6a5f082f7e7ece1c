import Cryptography
public import JSON

/// What a request says, without its recipients: the same for every notification of its fan-out.
public struct Content: Sendable, Equatable {
    public let request: RequestID
    public let tenant: TenantName
    public let channels: [String]
    public let text: [String]
    public let files: [String]
    public let timestamp: Timestamp
    public let metadata: JSON
    public let reference: String?

    public init(of request: Request, id: RequestID, tenant: TenantName, sentAt: Timestamp) {
        self.request = id
        self.tenant = tenant
        channels = request.channels
        text = request.text
        files = request.files
        timestamp = request.timestamp ?? sentAt
        metadata = request.metadata
        reference = request.reference
    }

    public var title: String { text.first ?? "" }

    /// The paragraphs after the title, with an empty line between them; the title where there are none.
    public var body: String { text.count > 1 ? text.dropFirst().joined(separator: "\n\n") : title }
}

/// A content encoded once: the body of every notification of a fan-out, and the digest by which a sender recognizes it.
public struct EncodedContent: Sendable, Equatable {
    public let bytes: [UInt8]
    /// SHA-256 of the bytes in hexadecimal, the first 32 digits.
    public let digest: String

    public init(_ content: Content) { self.init(bytes: content.document.encoded()) }

    public init(bytes: [UInt8]) {
        self.bytes = bytes
        digest = Hexadecimal.text(Array(Digest.sha256(bytes).prefix(16)).span)
    }

    /// For bytes whose digest is already known.
    public init(bytes: [UInt8], digest: String) {
        self.bytes = bytes
        self.digest = digest
    }
}
