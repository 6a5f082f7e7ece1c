import JSON
import Model
import Transfers

/// Which endpoints may be registered. A webhook's host is checked again at each connect, by the address that its name resolves to; here it is
/// refused where its text alone tells that it could never be reached.
struct EndpointRule: Sendable {
    /// The media that this installation knows.
    let media: Media
    /// Which addresses may be reached, whatever their port.
    let policy: AddressPolicy
    let ports: AddressPolicy.Ports
    /// Whether webhooks may be called without encryption.
    let allowsHTTP: Bool

    /// Reads `{"medium": …, "address": …}`, and `"parameters": {…}` where the medium's endpoints have some that must be given.
    func draft(_ document: JSON, at path: String) throws(FieldError) -> EndpointStore.Draft {
        var fields = try FieldReader(document, at: path)
        let medium = try fields.medium("medium", among: media)
        let address = try fields.requiredString("address")
        let parameters = try parameters(&fields, of: medium)
        try fields.finish()
        if let problem = problem(with: address, on: medium) { throw fields.wrong("address", problem) }
        return EndpointStore.Draft(medium: medium, address: address, parameters: parameters)
    }

    /// What is wrong with the address, as the rest of a sentence; nil if nothing is.
    func problem(with address: String, on medium: Medium) -> String? {
        guard let form = media[medium]?.address else { return "is on a medium that is not known here" }
        return form.problem(with: address) ?? policyProblem(with: address, form)
    }

    private func parameters(_ fields: inout FieldReader, of medium: Medium) throws(FieldError) -> EndpointParameters {
        let wanted = media[medium]?.parameters.filter { $0.origin == .registration } ?? []
        guard !wanted.isEmpty else { return EndpointParameters() }
        guard let document = fields.value("parameters") else { throw fields.wrong("parameters", "is required") }
        var values = EndpointParameters()
        var given = try FieldReader(document, at: fields.path(of: "parameters"))
        for parameter in wanted { values[parameter] = try given.requiredString(parameter.name) }
        try given.finish()
        guard values.text.map(\.utf8.count) ?? 0 <= EndpointParameters.sizeLimit else {
            throw fields.wrong("parameters", "must be at most \(EndpointParameters.sizeLimit) bytes of JSON")
        }
        return values
    }

    private func policyProblem(with address: String, _ form: AddressForm) -> String? {
        switch form {
        case .web: webhookProblem(address)
        case .mailbox, .text: nil
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
