import JSON
import Model
import Transfers

/// Which endpoints may be registered. A webhook's host is checked again at each connect, by the address that its name resolves to; here it is
/// refused where its text alone tells that it could never be reached.
struct EndpointRule: Sendable {
    /// Which addresses may be reached, whatever their port.
    let policy: AddressPolicy
    let ports: AddressPolicy.Ports
    /// Whether webhooks may be called without encryption.
    let allowsHTTP: Bool

    /// Reads `{"medium": …, "address": …}`.
    func draft(_ document: JSON, at path: String) throws(FieldError) -> EndpointStore.Draft {
        var fields = try FieldReader(document, at: path)
        guard let medium = try fields.choice("medium", Medium.self) else { throw fields.wrong("medium", "is required") }
        let address = try fields.requiredString("address")
        try fields.finish()
        if let problem = problem(with: address, on: medium) { throw fields.wrong("address", problem) }
        return EndpointStore.Draft(medium: medium, address: address)
    }

    /// What is wrong with the address, as the rest of a sentence; nil if nothing is.
    func problem(with address: String, on medium: Medium) -> String? {
        switch medium {
        case .email: EmailAddress.problem(address)
        case .webhook: WebAddress.problem(address) ?? webhookProblem(address)
        }
    }

    private func webhookProblem(_ address: String) -> String? {
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
        case .address(let literal): return isAllowed(literal) ? nil : refused
        case .thisMachine: return ["127.0.0.1", "::1"].compactMap { IPAddress($0) }.contains(where: isAllowed) ? nil : refused
        }
    }

    private func isAllowed(_ address: IPAddress) -> Bool { policy.refusal(of: address, port: 443) == nil }
}
