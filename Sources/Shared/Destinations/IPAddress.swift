/// An IPv4 or IPv6 address.
public struct IPAddress: Hashable, Sendable {
    public enum Family: Sendable {
        case v4, v6

        var bits: Int { self == .v4 ? 32 : 128 }
    }

    public let family: Family
    /// In host order; an IPv4 address is in the lowest 32 bits.
    let value: UInt128

    /// - Parameter v4: in host order.
    public init(v4 value: UInt32) {
        family = .v4
        self.value = UInt128(value)
    }

    /// - Parameter v6: in host order.
    public init(v6 value: UInt128) {
        family = .v6
        self.value = value
    }

    /// Reads the usual text of an address: `192.0.2.1`, `2001:db8::1`; nil for anything else, a zone included.
    public init?(_ text: String) {
        guard let address = AddressHandle.address(text) else { return nil }
        self = address
    }
}
