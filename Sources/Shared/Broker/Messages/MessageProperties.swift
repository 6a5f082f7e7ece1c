/// The properties of a message (AMQP 0-9-1, class `basic`) that Posthorn uses.
public struct MessageProperties: Sendable, Equatable {
    /// AMQP short strings: at most 255 bytes of UTF-8. A message with a longer one fails with `PublishError.unsendable`.
    public var messageID: String?
    public var type: String?
    public var contentType: String?
    /// The publisher's own user name. The broker closes the AMQP channel for any other.
    public var userID: String?
    public var correlationID: String?
    /// Seconds since 1970.
    public var timestamp: Int64?
    /// In the order of the message. Headers of other types (tables, arrays, decimals, bytes) are dropped when a message is read.
    public var headers: [Header]

    public init(
        messageID: String? = nil, type: String? = nil, contentType: String? = nil, userID: String? = nil,
        correlationID: String? = nil, timestamp: Int64? = nil, headers: [Header] = []
    ) {
        self.messageID = messageID
        self.type = type
        self.contentType = contentType
        self.userID = userID
        self.correlationID = correlationID
        self.timestamp = timestamp
        self.headers = headers
    }

    /// The first header of this name. Setting nil removes it.
    public subscript(_ name: String) -> HeaderValue? {
        get { headers.first { $0.name == name }?.value }
        set {
            let index = headers.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): headers[index] = Header(name, value)
            case (let index?, nil): headers.remove(at: index)
            case (nil, let value?): headers.append(Header(name, value))
            case (nil, nil): break
            }
        }
    }

    /// The header's string; nil if it is missing or has another type.
    public func string(_ name: String) -> String? { if case .string(let text) = self[name] { text } else { nil } }

    /// The header's integer; nil if it is missing or has another type.
    public func integer(_ name: String) -> Int64? { if case .integer(let number) = self[name] { number } else { nil } }
}
