import Model

/// A request with the numbers of those whom it is for.
struct AddressedRequest: Sendable {
    let admitted: AdmittedRequest
    let audience: Audience

    var request: Request { admitted.request }
}

/// Finds the channels and consumers that a request names.
struct ResolveStage: Stage {
    let directory: Directory

    func run(_ batch: [AdmittedRequest]) async throws -> [Passage<AddressedRequest>] {
        let answers = try await directory.find(
            batch.map { Directory.Enquiry(service: $0.service, channels: $0.request.channels, consumers: $0.request.consumers) })
        return zip(batch, answers).map { admitted, answer in
            if let channel = admitted.request.channels.first(where: { answer.channels[.init($0)] == nil }) {
                return .ended(.rejected(why: "channel: there is no channel \"\(channel)\"; somebody must listen to it first"))
            }
            if let consumer = admitted.request.consumers.first(where: { answer.consumers[.init($0)] == nil }) {
                return .ended(.rejected(why: "to: there is no consumer \"\(consumer)\"; register it first"))
            }
            let audience = Audience(
                channels: Set(admitted.request.channels.map { answer.channels[.init($0)]! }).sorted(),
                consumers: Set(admitted.request.consumers.map { answer.consumers[.init($0)]! }).sorted(),
                watermark: admitted.decisions.watermark)
            return .onward(AddressedRequest(admitted: admitted, audience: audience))
        }
    }
}

extension Request {
    /// The consumers whom the request names itself.
    fileprivate var consumers: [String] { recipients.compactMap { if case .consumer(let name) = $0 { name } else { nil } } }
}
