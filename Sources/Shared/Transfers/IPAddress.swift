/// An IPv4 or IPv6 address.
public struct IPAddress: Hashable, Sendable {
    public enum Family: Sendable {
        case v4, v6

        var bits: Int { self == .v4 ? 32 : 128 }
    }

    public let family: Family
    /// In host order; an IPv4 address is in the lowest 32 bits.
    let value: UInt128

    init(family: Family, value: UInt128) {
        self.family = family
        self.value = value
    }

    /// Reads the usual text of an address: `192.0.2.1`, `2001:db8::1`; nil for anything else, a zone included.
    public init?(_ text: String) {
        guard let address = CurlHandle.address(text) else { return nil }
        self = address
    }
}

/// A block of addresses, written as `10.0.0.0/8` or `fd00::/8`; without a slash it is the one address.
public struct CIDR: Hashable, Sendable {
    private let family: IPAddress.Family
    private let network: UInt128
    private let shift: Int

    /// Nil for anything but an address and a prefix length that fits it. Bits after the prefix are ignored.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = IPAddress(String(parts[0])) else { return nil }
        var prefix = address.family.bits
        if parts.count == 2 {
            guard let length = Int(parts[1]), parts[1].allSatisfy(\.isNumber), (0...prefix).contains(length) else { return nil }
            prefix = length
        }
        family = address.family
        shift = address.family.bits - prefix
        network = address.value >> UInt128(shift)
    }

    public func contains(_ address: IPAddress) -> Bool {
        address.family == family && address.value >> UInt128(shift) == network
    }
}
