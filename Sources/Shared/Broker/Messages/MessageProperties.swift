/// The properties of a message (AMQP 0-9-1, class `basic`) that Posthorn uses.
public struct MessageProperties: Sendable, Equatable {
    /// Each at most 255 bytes of UTF-8, as AMQP's short strings are; what is longer is cut off when it is sent.
    public var messageID: String?
    public var type: String?
    public var contentType: String?
    /// The publisher's own user name: the broker closes the channel on any other.
    public var userID: String?
    public var correlationID: String?
    /// Seconds since 1970.
    public var timestamp: Int64?
    /// In the order in which they travel. Headers of other kinds (tables, arrays, decimals, bytes) are dropped when a message is read.
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

    /// The header's text; nil if it is missing or no string.
    public func string(_ name: String) -> String? { if case .string(let text) = self[name] { text } else { nil } }

    /// The header's number; nil if it is missing or no integer.
    public func integer(_ name: String) -> Int64? { if case .integer(let number) = self[name] { number } else { nil } }

    /// The header's truth value; nil if it is missing or no truth value.
    public func bool(_ name: String) -> Bool? { if case .bool(let flag) = self[name] { flag } else { nil } }
}
