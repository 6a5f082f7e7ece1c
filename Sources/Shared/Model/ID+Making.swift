import Cryptography

extension ID {
    /// A new version 7 id: 48 bits of time, 74 random bits (RFC 9562, section 5.7).
    public static func fresh(at time: Timestamp = .now) -> Self {
        var generator = SystemRandomNumberGenerator()
        return Self(milliseconds: time.milliseconds, version: 7, high: generator.next(), low: generator.next())
    }

    /// A version 8 id (RFC 9562, section 5.8) that is the same whenever it is derived from the same parts.
    ///
    /// - Parameter time: the value of its first 48 bits; with nil they are part of the digest, and the id contains no time.
    static func derived(time: Timestamp?, from parts: [[UInt8]]) -> Self {
        var message: [UInt8] = []
        for part in parts {
            message.append(contentsOf: [UInt8(truncatingIfNeeded: part.count >> 8), UInt8(truncatingIfNeeded: part.count)])
            message.append(contentsOf: part)
        }
        let digest = Digest.sha256(message)
        let words = (0..<3).map { word in digest[8 * word..<8 * word + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        return Self(milliseconds: time?.milliseconds ?? Int64(words[2] >> 16), version: 8, high: words[0], low: words[1])
    }

    private init(milliseconds: Int64, version: UInt64, high: UInt64, low: UInt64) {
        self.init(
            high: UInt64(bitPattern: milliseconds) << 16 | version << 12 | high & 0xFFF,
            low: 0b10 << 62 | low & (UInt64.max >> 2))
    }
}

extension ID where Subject == Request {
    /// The id of a request that carries a dedupe key: the same for the same service and key, so a repeat is recognized.
    /// It contains no time.
    public static func derived(tenant: TenantName, dedupeKey: String) -> Self {
        derived(time: nil, from: [Array("request".utf8), Array(tenant.text.utf8), Array(dedupeKey.utf8)])
    }
}

extension ID where Subject == Notification {
    /// The id of a request's notification for one endpoint. Expanding the same request again gives the same ids.
    public static func derived(request: RequestID, endpoint: EndpointID, medium: Medium) -> Self {
        derived(time: request.time, from: [request.bytes, endpoint.bytes, Array(medium.rawValue.utf8)])
    }
}

extension ID where Subject == Endpoint {
    /// The id of an address that a request names itself, without a registered consumer.
    public static func derived(tenant: TenantName, medium: Medium, address: String) -> Self {
        derived(time: nil, from: [Array(tenant.text.utf8), Array(medium.rawValue.utf8), Array(address.utf8)])
    }
}

public typealias RequestID = ID<Request>
public typealias NotificationID = ID<Notification>
public typealias EndpointID = ID<Endpoint>
