public import Broker
import JSON
public import Model
import Topology

/// A sender process's demand for tokens of its accounts, to the process that grants them. A later one replaces it.
public struct LimitDemand: Sendable, Equatable {
    /// What is demanded of one account.
    public struct Account: Sendable, Equatable {
        public let name: String
        /// The limit that this process knows: notifications in a second, 1–1,000,000.
        public let rate: Int
        public let wanted: TokensByLane
        /// How many tokens of the account this process has received since its start.
        public let received: Int
        /// How long the account asks to be left alone, at most an hour.
        public let pausedFor: Duration

        public init(name: String, rate: Int, wanted: TokensByLane, received: Int, pausedFor: Duration = .zero) {
            self.name = name
            self.rate = rate
            self.wanted = wanted
            self.received = received
            self.pausedFor = pausedFor
        }
    }

    /// Identifies the process; a word of routing keys.
    public let process: String
    /// Counted by the process. A grant says which demand it answers.
    public let number: Int
    public let accounts: [Account]

    static let bodyLimit = 64 * 1024

    public init(process: String, number: Int, accounts: [Account]) {
        self.process = process
        self.number = number
        self.accounts = accounts
    }

    /// - Throws: `ContractError`, which names the field.
    public init(_ delivery: Delivery) throws(ContractError) {
        try delivery.properties.requireType(MessageType.limitDemand)
        guard delivery.body.count <= Self.bodyLimit else { throw .tooLarge(bytes: delivery.body.count, limit: Self.bodyLimit) }
        self = try ContractError.reading {
            let document = try JSON(parsing: delivery.body)
            var fields = try FieldReader(document)
            let process = try fields.requiredString("process")
            guard process.count <= 64, process.utf8.allSatisfy({ $0 != UInt8(ascii: ".") }) else {
                throw fields.wrong("process", "must be one short word")
            }
            return LimitDemand(
                process: process, number: Int(try fields.integer("number", in: 0...Int64.max) ?? 0),
                accounts: try (fields.value("accounts")?.arrayValue ?? []).enumerated().map { index, account in
                    try Account(account, index: index)
                })
        }
    }

    public func outgoing(to medium: Medium) -> OutgoingMessage {
        let document: JSON = [
            "process": .string(process), "number": .integer(Int64(number)), "accounts": .array(accounts.map(\.document)),
        ]
        return OutgoingMessage(
            exchange: ExchangeName.control.name, routingKey: RoutingKey.limits(of: medium),
            properties: MessageProperties(type: MessageType.limitDemand, contentType: MessageType.json), body: document.encoded())
    }
}

extension LimitDemand.Account {
    fileprivate init(_ document: JSON, index: Int) throws(FieldError) {
        var fields = try FieldReader(document, at: "accounts", index: index)
        self.init(
            name: try fields.requiredString("name"), rate: Int(try fields.integer("rate", in: 1...1_000_000) ?? 1),
            wanted: try TokensByLane(&fields), received: Int(try fields.integer("received", in: 0...Int64.max) ?? 0),
            pausedFor: .milliseconds(try fields.integer("paused_ms", in: 0...3_600_000) ?? 0))
    }

    fileprivate var document: JSON {
        .object(
            [
                JSON.Member("name", .string(name)), .init("rate", .integer(Int64(rate))),
                .init("received", .integer(Int64(received))), .init("paused_ms", .integer(Int64(pausedFor / .milliseconds(1)))),
            ] + wanted.members)
    }
}
