public import Broker
import JSON
public import Model
import Topology

/// The answer to a demand: tokens that a sender process may use until shortly after it sent the demand.
public struct LimitGrant: Sendable, Equatable {
    /// The process that gets them.
    public let process: String
    /// The number of the demand.
    public let number: Int
    /// By the account's name.
    public var tokens: [String: TokensByLane]

    public init(process: String, number: Int, tokens: [String: TokensByLane]) {
        self.process = process
        self.number = number
        self.tokens = tokens
    }

    /// - Throws: `ContractError`, which names the field.
    public init(_ delivery: Delivery, to process: String) throws(ContractError) {
        try delivery.properties.requireType(MessageType.limitGrant)
        guard delivery.body.count <= LimitDemand.bodyLimit else {
            throw .tooLarge(bytes: delivery.body.count, limit: LimitDemand.bodyLimit)
        }
        self = try ContractError.reading {
            var fields = try FieldReader(try JSON(parsing: delivery.body))
            let number = Int(try fields.integer("number", in: 0...Int64.max) ?? 0)
            var tokens: [String: TokensByLane] = [:]
            for (index, account) in (fields.value("accounts")?.arrayValue ?? []).enumerated() {
                var fields = try FieldReader(account, at: "accounts", index: index)
                tokens[try fields.requiredString("name")] = try TokensByLane(&fields)
            }
            return LimitGrant(process: process, number: number, tokens: tokens)
        }
    }

    public func outgoing(on medium: Medium) -> OutgoingMessage {
        let accounts = tokens.map { name, tokens in JSON.object([JSON.Member("name", .string(name))] + tokens.members) }
        let document: JSON = ["number": .integer(Int64(number)), "accounts": .array(accounts)]
        return OutgoingMessage(
            exchange: ExchangeName.control.name, routingKey: RoutingKey.sender(of: medium, process: process),
            properties: MessageProperties(type: MessageType.limitGrant, contentType: MessageType.json), body: document.encoded())
    }
}
