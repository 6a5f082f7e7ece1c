import Broker
import Model

/// How several requests travel in one message: their documents as one JSON array, and in one header a block for each with its id and the
/// length of its document, so that each is taken out to the byte and read by itself.
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
        var body: [UInt8] = []
        body.reserveCapacity(submissions.reduce(1) { $0 + $1.body.count + 1 })
        for submission in submissions {
            body.append(UInt8(ascii: body.isEmpty ? "[" : ","))
            body += submission.body
        }
        body.append(UInt8(ascii: "]"))
        return body
    }

    static func parts(of delivery: Delivery) throws(ContractError) -> [Part] {
        let blocks = try HeaderBlock.blocks(of: name, in: delivery.properties)
        var parts: [Part] = []
        var start = 1
        for block in blocks {
            let length = try block.require("length", Int.init)
            guard length > 0, length < delivery.body.count - start else {
                throw .property(name: name, problem: "does not fit the body")
            }
            parts.append(
                Part(
                    id: try block.require("id", RequestID.init), traceparent: block["traceparent"],
                    body: Array(delivery.body[start..<start + length])))
            start += length + 1
        }
        guard !parts.isEmpty, start == delivery.body.count else { throw .property(name: name, problem: "does not fit the body") }
        return parts
    }
}
