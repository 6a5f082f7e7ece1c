import JSON
import Model

extension Event {
    /// One element of `events`. Fields that hold nothing are left out.
    var document: JSON {
        switch self {
        case .notification(let event): event.document
        case .request(let event): event.document
        }
    }

    init(_ element: JSON, at path: String) throws(FieldError) {
        var fields = try FieldReader(element, at: path)
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
    fileprivate var document: JSON {
        var members = [
            JSON.Member("kind", .string(kind.rawValue)), JSON.Member("notification", .string(notification.description)),
            JSON.Member("request", .string(request.description)), JSON.Member("service", .string(service.text)),
            JSON.Member("endpoint", .string(endpoint.description)), JSON.Member("medium", .string(medium.rawValue)),
            JSON.Member("lane", .string(lane.rawValue)), JSON.Member("attempt", .integer(Int64(attempt))),
            JSON.Member("at", .string(at.description)),
        ]
        for (name, text) in [
            ("consumer", consumer), ("reference", reference), ("provider", provider), ("provider_reference", providerReference),
            ("reason", reason),
        ] {
            if let text { members.append(JSON.Member(name, .string(text))) }
        }
        if endpointGone { members.append(JSON.Member("endpoint_gone", .bool(true))) }
        if !failures.isEmpty { members.append(JSON.Member("failures", .array(failures.map(\.document)))) }
        return .object(members)
    }

    fileprivate init(_ kind: Kind, _ fields: inout FieldReader) throws(FieldError) {
        var failures: [Failure] = []
        for (index, element) in (try fields.array("failures", atMost: 1000) ?? []).enumerated() {
            failures.append(try Failure(element, at: fields.path(of: "failures[\(index)]")))
        }
        self.init(
            kind: kind, notification: try fields.required("notification", NotificationID.init),
            request: try fields.required("request", RequestID.init), service: try fields.required("service", ServiceName.init),
            reference: try fields.string("reference"), consumer: try fields.string("consumer"),
            endpoint: try fields.required("endpoint", EndpointID.init),
            medium: try fields.required("medium", Medium.init(rawValue:)),
            lane: try fields.required("lane", Lane.init(rawValue:)), attempt: try fields.count("attempt", default: 0),
            at: try fields.required("at", Timestamp.init), provider: try fields.string("provider"),
            providerReference: try fields.string("provider_reference"), reason: try fields.string("reason"),
            endpointGone: try fields.bool("endpoint_gone") ?? false, failures: failures)
    }
}

extension NotificationEvent.Failure {
    fileprivate var document: JSON {
        [
            "attempt": .integer(Int64(attempt)), "provider": .string(provider), "reason": .string(reason),
            "at": .string(at.description),
        ]
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
    fileprivate var document: JSON {
        var members = [
            JSON.Member("kind", .string(kind.rawValue)), JSON.Member("request", .string(request.description)),
            JSON.Member("service", .string(service.text)), JSON.Member("lane", .string(lane.rawValue)),
            JSON.Member("at", .string(at.description)),
        ]
        if let reference { members.append(JSON.Member("reference", .string(reference))) }
        if kind == .expanded {
            members.append(JSON.Member("notifications", .integer(Int64(notifications))))
            members.append(JSON.Member("part", .integer(Int64(part))))
            members.append(JSON.Member("parts", .integer(Int64(parts))))
        }
        if let reason { members.append(JSON.Member("reason", .string(reason))) }
        return .object(members)
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
