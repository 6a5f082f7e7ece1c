import JSON
import Model

extension Event {
    /// Writes one element of `events`: the fields that are not shared. Empty fields are left out.
    func write(to writer: inout JSONWriter, beside shared: CommonEventFields) {
        var facts = CommonEventFields(self)
        facts.remove(shared)
        writer.object { object in
            switch self {
            case .notification(let event): event.write(to: &object)
            case .request(let event): event.write(to: &object)
            case .endpoint(let event): event.write(to: &object)
            }
            facts.write(to: &object)
        }
    }

    /// Reads a message's events. The shared fields are read once.
    static func all(_ fields: inout FieldReader) throws(FieldError) -> [Event] {
        let tenant = try fields.required("service", try fields.formed("service", TenantName.init))
        let name = try fields.requiredString("kind")
        if let kind = NotificationEvent.Kind(rawValue: name) {
            var shared = CommonEventFields()
            try shared.readNotification(&fields)
            return try elements(&fields) { (element) throws(FieldError) in
                .notification(try NotificationEvent(kind, tenant, shared, &element))
            }
        }
        if let kind = EndpointEvent.Kind(rawValue: name) {
            var shared = CommonEventFields()
            try shared.readEndpoint(&fields)
            return try elements(&fields) { (element) throws(FieldError) in
                .endpoint(try EndpointEvent(kind, tenant, shared, &element))
            }
        }
        guard let kind = RequestEvent.Kind(rawValue: name) else { throw fields.wrong("kind", "is not a known kind of event") }
        var shared = CommonEventFields()
        try shared.readRequest(&fields)
        return try elements(&fields) { (element) throws(FieldError) in
            .request(try RequestEvent(kind, tenant, shared, &element))
        }
    }

    private static func elements(_ fields: inout FieldReader, _ read: (inout FieldReader) throws(FieldError) -> Event)
        throws(FieldError) -> [Event]
    {
        let elements = try fields.required("events", try fields.array("events", atMost: .max))
        try fields.finish()
        var events: [Event] = []
        events.reserveCapacity(elements.count)
        for index in elements.indices {
            var element = try FieldReader(elements[index], at: "events", index: index)
            events.append(try read(&element))
            try element.finish()
        }
        return events
    }
}

extension NotificationEvent {
    fileprivate func write(to object: inout JSONWriter) {
        object.member("notification", notification.description)
        object.member("consumer", consumer)
        object.member("endpoint", endpoint.description)
        switch finding {
        case .none: break
        case .failing: object.member("endpoint_failing") { $0.value(true) }
        case .gone: object.member("endpoint_gone") { $0.value(true) }
        }
        if !failures.isEmpty { object.member("failures") { failures.write(to: &$0) } }
        if let continuation { object.member("continued_as") { $0.object { continuation.write(to: &$0) } } }
    }

    /// Reads the most common fields first, because a reader with no fields left answers without a search.
    fileprivate init(_ kind: Kind, _ tenant: TenantName, _ shared: CommonEventFields, _ fields: inout FieldReader)
        throws(FieldError)
    {
        let notification = try fields.formed("notification", NotificationID.init)
        let consumer = try fields.string("consumer")
        let endpoint = try fields.formed("endpoint", EndpointID.init)
        var facts = shared
        try facts.readNotification(&fields)
        let isFailing = try fields.bool("endpoint_failing") ?? false
        let isGone = try fields.bool("endpoint_gone") ?? false
        let failures = try [FailedTry](fields.array("failures", atMost: 1000) ?? [], at: fields.path(of: "failures"))
        let continuation = fields.value("continued_as")
        self.init(
            kind: kind, notification: try fields.required("notification", notification),
            request: try fields.required("request", facts.request), tenant: tenant, reference: facts.reference,
            consumer: consumer, endpoint: try fields.required("endpoint", endpoint),
            medium: try fields.required("medium", facts.medium), lane: try fields.required("lane", facts.lane),
            attempt: facts.attempt ?? 0, at: try fields.required("at", facts.at), provider: facts.provider,
            providerReference: facts.providerReference, reason: facts.reason,
            finding: isGone ? .gone : isFailing ? .failing : .none, failures: failures,
            continuation: try continuation.map { (document) throws(FieldError) in
                try Continuation(document, at: fields.path(of: "continued_as"))
            })
    }
}

extension NotificationEvent.Continuation {
    fileprivate func write(to object: inout JSONWriter) {
        object.member("notification", notification.description)
        object.member("endpoint", endpoint.description)
        object.member("medium", medium.rawValue)
    }

    fileprivate init(_ document: JSON, at path: String) throws(FieldError) {
        var fields = try FieldReader(document, at: path)
        self.init(
            notification: try fields.required("notification", try fields.formed("notification", NotificationID.init)),
            endpoint: try fields.required("endpoint", try fields.formed("endpoint", EndpointID.init)),
            medium: try fields.required("medium", try fields.formed("medium", Medium.init(rawValue:))))
        try fields.finish()
    }
}

extension RequestEvent {
    fileprivate func write(to object: inout JSONWriter) {
        object.member("request", request.description)
        // A request that was cancelled as a whole has no parts.
        if kind == .expanded || kind == .cancelled && parts > 1 {
            object.member("notifications", notifications)
            if let notCreated { object.member("not_created", notCreated) }
            object.member("part", part)
            object.member("parts", parts)
        }
    }

    fileprivate init(_ kind: Kind, _ tenant: TenantName, _ shared: CommonEventFields, _ fields: inout FieldReader)
        throws(FieldError)
    {
        let request = try fields.formed("request", RequestID.init)
        var facts = shared
        try facts.readRequest(&fields)
        self.init(
            kind: kind, request: try fields.required("request", request), tenant: tenant, reference: facts.reference,
            lane: try fields.required("lane", facts.lane), at: try fields.required("at", facts.at),
            notifications: try fields.count("notifications") ?? 0, notCreated: try fields.count("not_created"),
            part: try fields.count("part") ?? 0,
            parts: try fields.count("parts") ?? 1, reason: facts.reason)
    }
}
