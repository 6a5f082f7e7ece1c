import Destinations
import JSON
import Model

/// Which endpoints may be registered.
struct EndpointRule: Sendable {
    /// The media that this installation knows.
    let media: Media
    let destinations: WebhookDestinations

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
        case .web: destinations.problem(with: address)
        case .mailbox, .text: nil
        }
    }
}
