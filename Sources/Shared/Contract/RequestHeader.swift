import Broker
import Model

/// The form of several requests in one message: their documents are one JSON array, and one header has a block for each with its id and the
/// length of its document, so that each document is read byte for byte and on its own.
enum RequestHeader {
    static let name = "x-requests"

    struct Part {
        let id: RequestID
        let traceparent: String?
        let body: [UInt8]
    }

    static func text(of submissions: [Submission]) -> String {
        var writer = HeaderWriter(capacity: 128 * submissions.count)
        for submission in submissions {
            writer.beginBlock()
            writer.add("id", submission.id?.description)
            writer.add("length", "\(submission.body.count)")
            writer.add("traceparent", submission.traceparent)
        }
        return writer.text
    }

    static func body(of submissions: [Submission]) -> [UInt8] {
        JoinedDocuments.body(of: submissions.lazy.map(\.body), size: submissions.reduce(1) { $0 + $1.body.count + 1 })
    }

    static func parts(of delivery: Delivery) throws(ContractError) -> [Part] {
        var documents = JoinedDocuments(delivery.body)
        var parts: [Part] = []
        for block in try HeaderBlock.blocks(of: name, in: delivery.properties) {
            guard let body = documents.next(length: try block.require("length", Int.init)) else { throw mismatch }
            parts.append(Part(id: try block.require("id", RequestID.init), traceparent: block["traceparent"], body: body))
        }
        guard !parts.isEmpty, documents.isAtEnd else { throw mismatch }
        return parts
    }

    private static let mismatch = ContractError.property(name: name, problem: "does not fit the body")
}
