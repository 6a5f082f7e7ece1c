import FoundationEssentials

/// The host of a web address, seen as those see it who resolve it.
struct WebHost: Sendable {
    enum Kind: Sendable {
        case name
        case address(IPAddress)
        /// `localhost` and what ends in it (RFC 6761, section 6.3).
        case thisMachine
        /// Looks like an address and is none in the usual form: `127.1`, `0x7f000001`, `2130706433`. Resolvers take them for addresses.
        case malformed
    }

    let isEncrypted: Bool
    let port: UInt16
    let kind: Kind

    init?(_ address: String) {
        guard let url = URL(string: address), let scheme = url.scheme?.lowercased(), let host = url.host?.lowercased() else {
            return nil
        }
        isEncrypted = scheme == "https"
        guard let port = UInt16(exactly: url.port ?? (isEncrypted ? 443 : 80)) else { return nil }
        self.port = port
        kind = Self.kind(of: host)
    }

    private static func kind(of host: String) -> Kind {
        var name = host[...]
        if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
        while name.hasSuffix(".") { name = name.dropLast() }
        if let literal = IPAddress(String(name)) { return .address(literal) }
        if name == "localhost" || name.hasSuffix(".localhost") { return .thisMachine }
        let last = name.split(separator: ".").last ?? ""
        if name.contains(":") || last.isEmpty || last.allSatisfy(\.isNumber) || last.hasPrefix("0x") { return .malformed }
        return .name
    }
}
