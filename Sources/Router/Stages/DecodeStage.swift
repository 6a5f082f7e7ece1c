import Contract
import Model

/// A request that could be read, with the id that it will keep.
struct DecodedRequest: Sendable {
    let submission: Submission
    let id: RequestID
    let request: Request
    /// What tells it from another request under the same dedupe key; nil where it has none.
    let digest: [UInt8]?

    init(submission: Submission, id: RequestID, request: Request) {
        self.submission = submission
        self.id = id
        self.request = request
        digest = request.digest
    }
}

/// Reads the document, and finds the request's id: its message id, or the one that its dedupe key leads to.
struct DecodeStage: Stage {
    /// The media that a request may name.
    let media: Media

    func run(_ batch: [Submission]) -> [Passage<DecodedRequest>] {
        batch.map { submission in
            let request: Request
            do throws(ContractError) {
                request = try submission.request(known: media)
            } catch {
                return .ended(.rejected(why: error.description))
            }
            if let key = request.dedupeKey {
                return .onward(
                    DecodedRequest(
                        submission: submission, id: .derived(service: submission.service, dedupeKey: key), request: request))
            }
            guard let id = submission.id else {
                return .ended(.rejected(why: "message-id must be a UUID, best of version 7, unless the request has a dedupe_key"))
            }
            return .onward(DecodedRequest(submission: submission, id: id, request: request))
        }
    }
}
