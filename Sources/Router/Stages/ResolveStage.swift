import Model

/// A request with the ids of the channels and consumers that it is for.
struct AddressedRequest: Sendable {
    let id: RequestID
    let tenant: TenantName
    let lane: Lane
    let request: Request
    let sentAt: Timestamp
    let traceparent: String?
    let duplicateRisk: DuplicateRisk
    let audience: Audience
    /// How it was divided before; nil if it was not.
    let ranges: [ConsumerRange]?

    init(_ admitted: AdmittedRequest, audience: Audience) {
        id = admitted.id
        tenant = admitted.tenant
        lane = admitted.lane
        request = admitted.request
        sentAt = admitted.sentAt
        traceparent = admitted.traceparent
        duplicateRisk = admitted.duplicateRisk
        self.audience = audience
        ranges = admitted.decisions.ranges
    }
}

/// Finds the channels and consumers that a request names.
struct ResolveStage: Stage {
    let directory: Directory

    func run(_ batch: Batch<AdmittedRequest>) async throws -> Batch<AddressedRequest> {
        let found = try await batch.asking(
            { Directory.NameQuery(tenant: $0.tenant, channels: $0.request.channels, consumers: $0.request.consumers) },
            directory.find)
        return found.map { admitted, answer in
            var channels: Set<Int64> = []
            for name in admitted.request.channels {
                guard let number = answer.channels[.init(name)] else {
                    return .stop(.rejected(why: "channel: there is no channel \"\(name)\"; somebody must listen to it first"))
                }
                channels.insert(number)
            }
            var consumers: Set<Int64> = []
            for name in admitted.request.consumers {
                guard let number = answer.consumers[.init(name)] else {
                    return .stop(.rejected(why: "to: there is no consumer \"\(name)\"; register it first"))
                }
                consumers.insert(number)
            }
            let audience = Audience(
                channels: channels.sorted(), consumers: consumers.sorted(), watermark: admitted.decisions.watermark)
            return .proceed(AddressedRequest(admitted, audience: audience))
        }
    }
}

extension Request {
    /// The consumers that the request names itself.
    fileprivate var consumers: [String] { recipients.compactMap { if case .consumer(let name) = $0 { name } else { nil } } }
}
