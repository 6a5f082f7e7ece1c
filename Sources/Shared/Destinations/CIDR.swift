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
