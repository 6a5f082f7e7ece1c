import Model

/// A request whose content is encoded: from here on the content does not change.
struct EncodedRequest: Sendable {
    let source: FanOutSource
    let duplicateRisk: DuplicateRisk
    let audience: Audience
    /// How it was divided before; nil if it was not.
    let ranges: [ConsumerRange]?
    /// The media to deliver it on; nil: all.
    let media: [Medium]?
    let delivery: DeliveryMode
    /// The addresses that the request names itself.
    let addresses: [(address: String, medium: Medium)]

    init(_ addressed: AddressedRequest, content: EncodedContent) {
        source = FanOutSource(addressed, content: content)
        duplicateRisk = addressed.duplicateRisk
        audience = addressed.audience
        ranges = addressed.ranges
        media = addressed.request.media
        delivery = addressed.request.delivery
        addresses = addressed.request.recipients.compactMap {
            if case .address(let address, let medium) = $0 { (address, medium) } else { nil }
        }
    }

    /// The order in which a consumer's endpoints are tried if one success is enough; nil if each of them gets a notification.
    ///
    /// - Parameter known: the media of this installation.
    func order(_ known: Media) -> EndpointOrder? {
        switch delivery {
        case .all: nil
        case .first: EndpointOrder(media ?? known.all)
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
