import JSON
import Model

extension EndpointEvent {
    func write(to object: inout JSONWriter) {
        object.member("endpoint", endpoint.description)
        object.member("consumer", consumer)
        object.member("failing_since", failingSince.description)
    }

    init(_ kind: Kind, _ tenant: TenantName, _ shared: CommonEventFields, _ fields: inout FieldReader) throws(FieldError) {
        var facts = shared
        try facts.readEndpoint(&fields)
        let endpoint = try fields.formed("endpoint", EndpointID.init)
        let failingSince = try fields.formed("failing_since", Timestamp.init)
        self.init(
            kind: kind, endpoint: try fields.required("endpoint", endpoint), tenant: tenant,
            consumer: try fields.requiredString("consumer"), medium: try fields.required("medium", facts.medium),
            failingSince: try fields.required("failing_since", failingSince), at: try fields.required("at", facts.at),
            reason: try fields.required("reason", facts.reason))
    }
}
