extension IPAddress {
    /// Whether the address belongs to one host somewhere on the public internet, by the special-purpose registries of IANA (RFC 6890 and
    /// what came after). An IPv6 address that carries an IPv4 address inside (mapped, NAT64, 6to4, Teredo) is never taken for one:
    /// behind its translator it could be any host.
    public var isGlobalUnicast: Bool {
        switch family {
        case .v4: !Self.special4.contains { $0.contains(self) }
        case .v6: Self.unicast6.contains(self) && !Self.special6.contains { $0.contains(self) }
        }
    }

    private static let special4 = [
        "0.0.0.0/8",  // this network
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",  // private
        "100.64.0.0/10",  // behind a carrier's NAT
        "127.0.0.0/8",  // loopback
        "169.254.0.0/16",  // link-local, and the metadata of clouds
        "192.0.0.0/24",  // protocol assignments
        "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24",  // documentation
        "192.88.99.0/24",  // 6to4 relays
        "198.18.0.0/15",  // benchmarks
        "224.0.0.0/4",  // multicast
        "240.0.0.0/4",  // reserved, and broadcast
    ].map { CIDR($0)! }

    /// Everything else is loopback, mapped, NAT64, unique local, link-local, multicast or not assigned.
    private static let unicast6 = CIDR("2000::/3")!

    private static let special6 = [
        "2001::/23",  // protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32", "3fff::/20",  // documentation
        "2002::/16",  // 6to4
    ].map { CIDR($0)! }
}
