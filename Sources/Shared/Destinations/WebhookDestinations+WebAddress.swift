extension WebhookDestinations {
    /// Why a webhook could never be called at this web address, as the rest of a sentence; nil where it could. Decided by the text
    /// alone, without a resolver: each connect is checked again.
    ///
    /// - Parameter address: an `http` or `https` URL (RFC 3986).
    public func problem(with address: String) -> String? {
        guard let host = WebHost(address) else { return "must be a web address such as https://example.org/hook" }
        if !host.isEncrypted, !allowsHTTP {
            return "must begin with https://; the operator can allow others (POSTHORN_WEBHOOK_ALLOW_HTTP)"
        }
        if case .only(let allowed) = ports, !allowed.contains(host.port) {
            let list = allowed.sorted().map(String.init).joined(separator: " or ")
            return "must use port \(list); the operator can allow others (POSTHORN_WEBHOOK_PORTS)"
        }
        let refused = "leads to an address that is not public; the operator can allow it (POSTHORN_WEBHOOK_ALLOW)"
        switch host.kind {
        case .name: return nil
        case .malformed: return "must name its host in the usual form"
        case .address(let literal): return isAllowed(literal, host.port) ? nil : refused
        case .thisMachine: return Self.loopback.contains { isAllowed($0, host.port) } ? nil : refused
        }
    }

    private static let loopback = ["127.0.0.1", "::1"].compactMap { IPAddress($0) }

    private func isAllowed(_ address: IPAddress, _ port: UInt16) -> Bool {
        addressPolicy.refusal(of: address, port: port) == nil
    }
}
