import Model

/// A request whose content is encoded: from here on nothing changes what it says.
struct FrozenRequest: Sendable {
    let addressed: AddressedRequest
    let content: FrozenContent

    var admitted: AdmittedRequest { addressed.admitted }
    var request: Request { addressed.request }
}

/// Encodes the content once, for every notification of the fan-out.
struct FreezeStage: Stage {
    func run(_ batch: [AddressedRequest]) -> [Passage<FrozenRequest>] {
        batch.map { addressed in
            let submission = addressed.admitted.decoded.submission
            let content = Content(
                of: addressed.request, id: addressed.admitted.id, service: submission.service, sentAt: submission.sentAt)
            return .onward(FrozenRequest(addressed: addressed, content: FrozenContent(content)))
        }
    }
}
