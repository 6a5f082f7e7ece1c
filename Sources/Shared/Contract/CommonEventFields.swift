import JSON
import Model

/// The fields that are written once, beside `events`, where all events of a message have the same value: all fields except the subject of an
/// event. nil where an event does not have the field, or where it is written elsewhere.
struct CommonEventFields: Equatable {
    var request: RequestID?
    var reference: String?
    var medium: Medium?
    var lane: Lane?
    var attempt: Int?
    var at: Timestamp?
    var provider: String?
    var providerReference: String?
    var reason: String?

    init() {}

    init(_ event: Event) {
        switch event {
        case .notification(let event):
            request = event.request
            reference = event.reference
            medium = event.medium
            lane = event.lane
            attempt = event.attempt
            at = event.at
            provider = event.provider
            providerReference = event.providerReference
            reason = event.reason
        case .request(let event):
            // The request is the event's subject and stays in the event, so that no event is empty.
            reference = event.reference
            lane = event.lane
            at = event.at
            reason = event.reason
        case .endpoint(let event):
            medium = event.medium
            at = event.at
            reason = event.reason
        }
    }

    /// Clears the fields in which the other differs. A field that one of the events lacks is cleared as well, so that none inherits it.
    mutating func keep(commonWith other: CommonEventFields) {
        if request != other.request { request = nil }
        if reference != other.reference { reference = nil }
        if medium != other.medium { medium = nil }
        if lane != other.lane { lane = nil }
        if attempt != other.attempt { attempt = nil }
        if at != other.at { at = nil }
        if provider != other.provider { provider = nil }
        if providerReference != other.providerReference { providerReference = nil }
        if reason != other.reason { reason = nil }
    }

    /// Clears the fields that are written beside `events`.
    mutating func remove(_ shared: CommonEventFields) {
        if shared.request != nil { request = nil }
        if shared.reference != nil { reference = nil }
        if shared.medium != nil { medium = nil }
        if shared.lane != nil { lane = nil }
        if shared.attempt != nil { attempt = nil }
        if shared.at != nil { at = nil }
        if shared.provider != nil { provider = nil }
        if shared.providerReference != nil { providerReference = nil }
        if shared.reason != nil { reason = nil }
    }

    /// Writes the fields that are set, as members of the message or of an event.
    func write(to object: inout JSONWriter) {
        if let at { object.member("at", at.description) }
        if let request { object.member("request", request.description) }
        object.member("reference", reference)
        if let medium { object.member("medium", medium.rawValue) }
        if let lane { object.member("lane", lane.rawValue) }
        if let attempt { object.member("attempt", attempt) }
        object.member("provider", provider)
        object.member("provider_reference", providerReference)
        object.member("reason", reason)
    }

    /// Reads the fields of a notification's event; those that are present replace the earlier values.
    mutating func readNotification(_ fields: inout FieldReader) throws(FieldError) {
        at = try fields.formed("at", Timestamp.init) ?? at
        request = try fields.formed("request", RequestID.init) ?? request
        reference = try fields.string("reference") ?? reference
        medium = try fields.formed("medium", Medium.init(rawValue:)) ?? medium
        lane = try fields.formed("lane", Lane.init(rawValue:)) ?? lane
        attempt = try fields.count("attempt") ?? attempt
        provider = try fields.string("provider") ?? provider
        providerReference = try fields.string("provider_reference") ?? providerReference
        reason = try fields.string("reason") ?? reason
    }

    /// Reads the fields of an endpoint's event.
    mutating func readEndpoint(_ fields: inout FieldReader) throws(FieldError) {
        at = try fields.formed("at", Timestamp.init) ?? at
        medium = try fields.formed("medium", Medium.init(rawValue:)) ?? medium
        reason = try fields.string("reason") ?? reason
    }

    /// Reads the fields of a request's event.
    mutating func readRequest(_ fields: inout FieldReader) throws(FieldError) {
        at = try fields.formed("at", Timestamp.init) ?? at
        reference = try fields.string("reference") ?? reference
        lane = try fields.formed("lane", Lane.init(rawValue:)) ?? lane
        reason = try fields.string("reason") ?? reason
    }
}

extension FieldReader {
    /// A text in a form that its type reads; nil if absent.
    mutating func formed<Value>(_ name: String, _ read: (String) -> Value?) throws(FieldError) -> Value? {
        guard let text = try string(name) else { return nil }
        guard let value = read(text) else { throw wrong(name, "is not well formed") }
        return value
    }

    mutating func count(_ name: String) throws(FieldError) -> Int? {
        try integer(name, in: 0...Int64(Int32.max)).map { Int($0) }
    }

    /// The value that was read.
    func required<Value>(_ name: String, _ value: Value?) throws(FieldError) -> Value {
        guard let value else { throw wrong(name, "is required") }
        return value
    }
}
