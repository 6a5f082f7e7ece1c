import Testing

@testable import Broker

@Suite struct AMQPChannelErrorTests {
    private let message = OutgoingMessage(
        exchange: "requests", routingKey: "shop.normal", properties: MessageProperties(userID: "shop"), body: [])

    @Test(arguments: [
        (404, "NOT_FOUND - no exchange 'requests' in vhost '/'", true),
        (404, "NOT_FOUND - no exchange 'events' in vhost '/'", false),
        (403, "ACCESS_REFUSED - access to exchange 'requests' in vhost '/' refused for user 'shop'", true),
        (403, "ACCESS_REFUSED - access to topic 'shop.normal' in exchange 'requests' in vhost '/' refused for user 'bank'", true),
        (403, "ACCESS_REFUSED - access to topic 'shop.bulk' in exchange 'requests' in vhost '/' refused for user 'bank'", false),
        (406, "PRECONDITION_FAILED - user_id property set to 'shop' but authenticated user was 'bank'", true),
        (406, "PRECONDITION_FAILED - user_id property set to 'bank' but authenticated user was 'shop'", false),
    ])
    func matchesTheMessagesThatTheErrorTextNames(code: Int, text: String, isMatch: Bool) {
        #expect(AMQPChannelError(code: code, text: text).matches(message) == isMatch)
    }

    @Test func keepsTheBrokersText() {
        #expect(AMQPChannelError(code: 403, text: "no").publishError == .accessRefused("no"))
        #expect(AMQPChannelError(code: 404, text: "none").publishError == .notFound("none"))
        #expect(AMQPChannelError(code: 406, text: "odd").publishError == .amqpChannelClosed(code: 406, text: "odd"))
    }
}
