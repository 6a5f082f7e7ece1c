/// Which addresses calls may connect to. It is applied at connect, to the address that the name resolved to. So a name that resolves to
/// another address each time cannot bypass it.
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
    public var allowsEverything: Bool { !globalOnly && ports == .any }
}
