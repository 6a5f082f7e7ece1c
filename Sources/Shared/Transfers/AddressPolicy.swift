/// Which addresses calls may connect to. It is asked at connect, about the address that the name resolved to, so a name that resolves to
/// another address at each question gains nothing.
public struct AddressPolicy: Sendable {
    /// Why an address is refused.
    public enum Refusal: Sendable, Equatable, CustomStringConvertible {
        /// It is not a global unicast address, and no allowed network holds it.
        case notGlobal
        /// Its port is not in the list.
        case port

        public var description: String { self == .port ? "the port is not allowed" : "the address is not public" }
    }

    public enum Ports: Sendable, Equatable {
        case any
        case only(Set<UInt16>)
    }

    /// No limits: for servers that the operator names.
    public static let anywhere = AddressPolicy(globalOnly: false, networks: [], ports: .any)

    /// Global unicast addresses and the given networks.
    public static func globalOnly(allowing networks: [CIDR] = [], ports: Ports = .only([80, 443, 8443])) -> AddressPolicy {
        AddressPolicy(globalOnly: true, networks: networks, ports: ports)
    }

    private let globalOnly: Bool
    private let networks: [CIDR]
    private let ports: Ports

    /// Why a connection to this address must not be made; nil if it may.
    public func refusal(of address: IPAddress, port: UInt16) -> Refusal? {
        if case .only(let allowed) = ports, !allowed.contains(port) { return .port }
        if globalOnly, !address.isGlobalUnicast, !networks.contains(where: { $0.contains(address) }) { return .notGlobal }
        return nil
    }

    /// Whether every address and port is allowed, so that nobody needs to ask.
    var allowsEverything: Bool { !globalOnly && ports == .any }
}

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
