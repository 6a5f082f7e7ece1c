import Model

/// A request whose content is encoded: from here on the content does not change.
struct EncodedRequest: Sendable {
    let source: FanOutSource
    let duplicateRisk: DuplicateRisk
    let audience: Audience
    /// How it was divided before; nil if it was not.
    let ranges: [ConsumerRange]?
    /// The media to deliver it on; nil: all.
    let media: Set<Medium>?
    /// The addresses that the request names itself.
    let addresses: [(address: String, medium: Medium)]

    init(_ addressed: AddressedRequest, content: EncodedContent) {
        source = FanOutSource(addressed, content: content)
        duplicateRisk = addressed.duplicateRisk
        audience = addressed.audience
        ranges = addressed.ranges
        media = addressed.request.media
        addresses = addressed.request.recipients.compactMap {
            if case .address(let address, let medium) = $0 { (address, medium) } else { nil }
        }
    }

    /// The key of its entry in the request ledger.
    var key: RequestLedger.Key { RequestLedger.Key(tenant: source.tenant, request: source.request) }
}

/// Encodes the content once, for every notification of the fan-out.
struct EncodeStage: Stage {
    func run(_ batch: Batch<AddressedRequest>) -> Batch<EncodedRequest> {
        batch.map { addressed in
            let content = Content(
                of: addressed.request, id: addressed.id, tenant: addressed.tenant, sentAt: addressed.sentAt)
            return .proceed(EncodedRequest(addressed, content: EncodedContent(content)))
        }
    }
}
