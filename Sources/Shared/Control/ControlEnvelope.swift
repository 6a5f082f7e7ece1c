import Broker
import Contract
import JSON
import Topology

/// A message on `control` in the form in which it travels.
struct ControlEnvelope: Sendable {
    /// A longer message is neither published nor read.
    static let bodyLimit = 32 * 1024

    let type: String
    /// The id of the participant that sent it.
    let from: String
    /// Identifies a question, on the question and on its answers; nil for other messages.
    let question: String?
    private let body: JSON

    init(_ delivery: Delivery) throws(ContractError) {
        guard delivery.body.count <= Self.bodyLimit else {
            throw .tooLarge(bytes: delivery.body.count, limit: Self.bodyLimit)
        }
        type = delivery.properties.type ?? ""
        question = delivery.properties.correlationID
        (body, from) = try ContractError.reading {
            let body = try JSON(parsing: delivery.body)
            var fields = try FieldReader(body)
            return (body, try fields.requiredString("process"))
        }
    }

    func read<Message: ControlMessage>(_: Message.Type) throws(ContractError) -> Message {
        try ContractError.reading {
            var fields = try FieldReader(body)
            return try Message(reading: &fields)
        }
    }

    /// - Returns: nil if the message is too long.
    static func outgoing(
        _ message: some ControlMessage, to address: ControlAddress, from participant: Participant, question: String? = nil
    ) -> OutgoingMessage? {
        let body = JSON.object([JSON.Member("process", .string(participant.id))] + message.fields).encoded()
        guard body.count <= bodyLimit else { return nil }
        return OutgoingMessage(
            exchange: ExchangeName.control.name, routingKey: address.routingKey,
            properties: MessageProperties(
                type: Swift.type(of: message).type, contentType: MessageType.json, correlationID: question),
            body: body)
    }
}
