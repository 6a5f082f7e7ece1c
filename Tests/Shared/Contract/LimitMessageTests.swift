import Broker
import Model
import Testing

@testable import Contract

@Suite("Messages about rate limits")
struct LimitMessageTests {
    private func delivery(_ message: OutgoingMessage) -> Delivery {
        Delivery(
            tag: DeliveryTag(epoch: 1, number: 1), exchange: message.exchange, routingKey: message.routingKey,
            isRedelivered: false, properties: message.properties, body: message.body)
    }

    private var tokens: TokensByLane {
        var tokens = TokensByLane.zero
        (tokens[.priority], tokens[.bulk]) = (1, 40)
        return tokens
    }

    @Test func `a demand is read as it was published`() throws {
        let demand = LimitDemand(
            process: "p", number: 7,
            accounts: [
                .init(name: "primary", rate: 500, wanted: tokens, received: 123, pausedFor: .milliseconds(1500)),
                .init(name: "backup", rate: 1, wanted: .zero, received: 0),
            ])
        let message = demand.outgoing(to: .email)
        #expect(message.routingKey == "limits.email")
        #expect(try LimitDemand(delivery(message)) == demand)
    }

    @Test func `a grant is read as it was published`() throws {
        let grant = LimitGrant(process: "p", number: 7, tokens: ["primary": tokens])
        let message = grant.outgoing(on: .email)
        #expect(message.routingKey == "sender.email.p")
        #expect(try LimitGrant(delivery(message), to: "p") == grant)
    }

    @Test(arguments: [
        "nonsense", "{}", #"{"process":"a.b","number":1}"#, #"{"process":"p","number":-1}"#,
        #"{"process":"p","number":1,"accounts":[{"name":"a","rate":0}]}"#,
        #"{"process":"p","number":1,"accounts":[{"name":"a","rate":1,"bulk":1000001}]}"#,
        #"{"process":"p","number":1,"accounts":[{"name":"a","rate":1,"paused_ms":3600001}]}"#,
    ])
    func `an invalid demand is refused`(body: String) {
        var message = LimitDemand(process: "p", number: 1, accounts: []).outgoing(to: .email)
        message.body = Array(body.utf8)
        #expect(throws: ContractError.self) { try LimitDemand(delivery(message)) }
    }

    @Test func `a message of another type or a very long one is refused`() {
        var message = LimitDemand(process: "p", number: 1, accounts: []).outgoing(to: .email)
        #expect(throws: ContractError.self) { try LimitGrant(delivery(message), to: "p") }
        message.body = Array(repeating: UInt8(ascii: " "), count: 70_000)
        #expect(throws: ContractError.self) { try LimitDemand(delivery(message)) }
    }
}
