import Broker
import Model

/// The fields that notifications of one fan-out have in common, written once in a message. The content itself is in the message's body.
struct CommonFields: Hashable {
    let request: RequestID
    let tenant: TenantName
    let reference: String?
    /// The content's digest.
    let digest: String
    let acceptedAt: Timestamp?
    let attempt: Int
    let deferrals: Int
    let duplicateRisk: DuplicateRisk
    let possibleDuplicateSince: Timestamp?
    let notBefore: Timestamp?
    let reconciliation: Reconciliation?
    let expiresAt: Timestamp?
    let traceparent: String?

    init(_ notification: Notification) {
        request = notification.request
        tenant = notification.tenant
        reference = notification.reference
        digest = notification.content.digest
        acceptedAt = notification.acceptedAt
        attempt = notification.attempt
        deferrals = notification.deferrals
        duplicateRisk = notification.duplicateRisk
        possibleDuplicateSince = notification.possibleDuplicateSince
        notBefore = notification.notBefore
        reconciliation = notification.reconciliation
        expiresAt = notification.expiresAt
        traceparent = notification.traceparent
    }

    init(_ block: HeaderBlock) throws(ContractError) {
        func moment(_ name: String) -> Timestamp? { block.integer(name).map { Timestamp(milliseconds: $0) } }
        request = try block.require("request", RequestID.init)
        tenant = try block.require("service", TenantName.init)
        reference = block["reference"]
        digest = try block.require("content") { $0 }
        acceptedAt = moment("accepted-at")
        attempt = Int(block.integer("attempt") ?? 1)
        deferrals = Int(block.integer("deferrals") ?? 0)
        duplicateRisk = block["duplicate"].flatMap { DuplicateRisk(rawValue: $0) } ?? .none
        possibleDuplicateSince = moment("duplicate-since")
        notBefore = moment("not-before")
        // Only what was tried before is asked about.
        let provider = attempt > 1 ? block["ask"] : nil
        reconciliation = provider.map { Reconciliation(provider: $0, count: Int(block.integer("asked") ?? 0)) }
        expiresAt = moment("expires-at")
        traceparent = block["traceparent"].flatMap(Traceparent.valid)
    }

    /// - Parameter length: of the content in the body, in bytes, where the body contains more than that content.
    func write(to writer: inout HeaderWriter, length: Int?) {
        writer.beginBlock()
        writer.add("request", request.description)
        writer.add("service", tenant.text)
        writer.add("reference", reference)
        writer.add("content", digest)
        writer.add("length", length.map { "\($0)" })
        writer.add("accepted-at", acceptedAt.map { "\($0.milliseconds)" })
        writer.add("attempt", "\(attempt)")
        writer.add("deferrals", deferrals == 0 ? nil : "\(deferrals)")
        writer.add("duplicate", duplicateRisk == .none ? nil : duplicateRisk.rawValue)
        writer.add("duplicate-since", possibleDuplicateSince.map { "\($0.milliseconds)" })
        writer.add("not-before", notBefore.map { "\($0.milliseconds)" })
        writer.add("ask", reconciliation?.provider)
        writer.add("asked", reconciliation.map { "\($0.count)" })
        writer.add("expires-at", expiresAt.map { "\($0.milliseconds)" })
        writer.add("traceparent", traceparent)
    }

    private static func parameters(_ own: HeaderBlock) throws(ContractError) -> EndpointParameters {
        guard own["parameters"] != nil else { return EndpointParameters() }
        return try own.require("parameters", EndpointParameters.init(text:))
    }

    private func history(_ own: HeaderBlock) throws(ContractError) -> [FailedTry] {
        guard own["history"] != nil else { return [] }
        return try own.require("history", [FailedTry].init(text:))
    }

    /// The notification with these fields and with its own fields in the block.
    func notification(
        _ own: HeaderBlock, _ medium: Medium, _ lane: Lane, _ traffic: Traffic, _ content: EncodedContent
    ) throws(ContractError) -> Notification {
        Notification(
            request: request, tenant: tenant, reference: reference, lane: lane, traffic: traffic, consumer: own["consumer"],
            endpoint: Endpoint(
                id: try own.require("endpoint", EndpointID.init), medium: medium, address: try own.require("address") { $0 },
                parameters: try Self.parameters(own)),
            acceptedAt: acceptedAt, attempt: attempt, deferrals: deferrals, duplicateRisk: duplicateRisk,
            possibleDuplicateSince: possibleDuplicateSince,
            notBefore: notBefore, reconciliation: reconciliation, history: try history(own),
            expiresAt: expiresAt, traceparent: traceparent, content: content, id: try own.require("id", NotificationID.init))
    }
}

extension Notification {
    /// Whether two notifications of the same route have equal common fields. The result is that of comparing `CommonFields`, at a lower cost.
    func isAlike(_ other: Notification) -> Bool {
        request == other.request && tenant == other.tenant && medium == other.medium && lane == other.lane
            && traffic == other.traffic && returns == other.returns
            && attempt == other.attempt && deferrals == other.deferrals && duplicateRisk == other.duplicateRisk
            && possibleDuplicateSince == other.possibleDuplicateSince && notBefore == other.notBefore
            && expiresAt == other.expiresAt && acceptedAt == other.acceptedAt
            && reconciliation == other.reconciliation
            && content.digest == other.content.digest && reference == other.reference && traceparent == other.traceparent
    }
}
