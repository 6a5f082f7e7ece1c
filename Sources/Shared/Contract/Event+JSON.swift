import JSON
import Model

extension Event {
    /// Writes one element of `events`. Fields that hold nothing are left out.
    func write(to writer: inout JSONWriter) {
        switch self {
        case .notification(let event): writer.object { event.write(to: &$0) }
        case .request(let event): writer.object { event.write(to: &$0) }
        }
    }

    init(_ element: JSON, index: Int) throws(FieldError) {
        var fields = try FieldReader(element, at: "events", index: index)
        let kind = try fields.requiredString("kind")
        if let kind = NotificationEvent.Kind(rawValue: kind) {
            self = .notification(try NotificationEvent(kind, &fields))
        } else if let kind = RequestEvent.Kind(rawValue: kind) {
            self = .request(try RequestEvent(kind, &fields))
        } else {
            throw fields.wrong("kind", "is not a known kind of event")
        }
        try fields.finish()
    }
}

extension FieldReader {
    /// A required text in a form that its type reads.
    fileprivate mutating func required<Value>(_ name: String, _ read: (String) -> Value?) throws(FieldError) -> Value {
        guard let value = read(try requiredString(name)) else { throw wrong(name, "is not well formed") }
        return value
    }

    fileprivate mutating func count(_ name: String, default fallback: Int) throws(FieldError) -> Int {
        Int(try integer(name, in: 0...Int64(Int32.max)) ?? Int64(fallback))
    }
}

extension NotificationEvent {
    fileprivate func write(to object: inout JSONWriter) {
        object.member("kind", kind.rawValue)
        object.member("notification", notification.description)
        object.member("request", request.description)
        object.member("service", service.text)
        object.member("reference", reference)
        object.member("consumer", consumer)
        object.member("endpoint", endpoint.description)
        object.member("medium", medium.rawValue)
        object.member("lane", lane.rawValue)
        object.member("attempt", attempt)
        object.member("at", at.description)
        object.member("provider", provider)
        object.member("provider_reference", providerReference)
        object.member("reason", reason)
        if endpointGone { object.member("endpoint_gone") { $0.value(true) } }
        if !failures.isEmpty {
            object.member("failures") { $0.array { for failure in failures { $0.object { failure.write(to: &$0) } } } }
        }
    }

    fileprivate init(_ kind: Kind, _ fields: inout FieldReader) throws(FieldError) {
        let notification = try fields.required("notification", NotificationID.init)
        let request = try fields.required("request", RequestID.init)
        let service = try fields.required("service", ServiceName.init)
        let reference = try fields.string("reference")
        let consumer = try fields.string("consumer")
        let endpoint = try fields.required("endpoint", EndpointID.init)
        let medium = try fields.required("medium", Medium.init(rawValue:))
        let lane = try fields.required("lane", Lane.init(rawValue:))
        let attempt = try fields.count("attempt", default: 0)
        let at = try fields.required("at", Timestamp.init)
        let provider = try fields.string("provider")
        let providerReference = try fields.string("provider_reference")
        let reason = try fields.string("reason")
        let endpointGone = try fields.bool("endpoint_gone") ?? false
        var failures: [Failure] = []
        for (index, element) in (try fields.array("failures", atMost: 1000) ?? []).enumerated() {
            failures.append(try Failure(element, at: fields.path(of: "failures[\(index)]")))
        }
        self.init(
            kind: kind, notification: notification, request: request, service: service, reference: reference, consumer: consumer,
            endpoint: endpoint, medium: medium, lane: lane, attempt: attempt, at: at, provider: provider,
            providerReference: providerReference, reason: reason, endpointGone: endpointGone, failures: failures)
    }
}

extension NotificationEvent.Failure {
    fileprivate func write(to object: inout JSONWriter) {
        object.member("attempt", attempt)
        object.member("provider", provider)
        object.member("reason", reason)
        object.member("at", at.description)
    }

    fileprivate init(_ element: JSON, at path: String) throws(FieldError) {
        var fields = try FieldReader(element, at: path)
        self.init(
            attempt: try fields.count("attempt", default: 0), provider: try fields.requiredString("provider"),
            reason: try fields.requiredString("reason"), at: try fields.required("at", Timestamp.init))
        try fields.finish()
    }
}

extension RequestEvent {
    fileprivate func write(to object: inout JSONWriter) {
        object.member("kind", kind.rawValue)
        object.member("request", request.description)
        object.member("service", service.text)
        object.member("reference", reference)
        object.member("lane", lane.rawValue)
        object.member("at", at.description)
        if kind == .expanded {
            object.member("notifications", notifications)
            object.member("part", part)
            object.member("parts", parts)
        }
        object.member("reason", reason)
    }

    fileprivate init(_ kind: Kind, _ fields: inout FieldReader) throws(FieldError) {
        self.init(
            kind: kind, request: try fields.required("request", RequestID.init),
            service: try fields.required("service", ServiceName.init), reference: try fields.string("reference"),
            lane: try fields.required("lane", Lane.init(rawValue:)), at: try fields.required("at", Timestamp.init),
            notifications: try fields.count("notifications", default: 0), part: try fields.count("part", default: 0),
            parts: try fields.count("parts", default: 1), reason: try fields.string("reason"))
    }
}
