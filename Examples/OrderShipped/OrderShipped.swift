// A shop that notifies its customers that an order was shipped.
//
// It shows all that a Swift service needs of Posthorn: settings, a producer, a request. Every subscriber of the channel
// `orders` receives the message, on each of its email addresses and webhooks. To try it, with a broker and `posthorn up` running:
//
//     posthorn service create shop --broker-user
//     SHOP_BROKER_URL=amqp://shop:PASSWORD@localhost:5672/ swift run order-shipped 4711
//
// Subscriptions are managed over HTTP: the README shows how.

import Foundation
import ProducerKit

@main
enum OrderShipped {
    static func main() async throws {
        let order = CommandLine.arguments.dropFirst().first ?? "4711"
        let url = ProcessInfo.processInfo.environment["SHOP_BROKER_URL"] ?? "amqp://shop:password@localhost:5672/"

        let producer = Producer(settings: try ProducerSettings(url: url))
        try await producer.start()

        // With the dedupe key this is one request, however often the program runs: nobody is notified twice.
        let request = Request(
            channels: ["orders"], text: ["Order \(order) is on its way", "It left our warehouse today."],
            metadata: ["order": .string(order)], dedupeKey: "shipped-\(order)", reference: order)

        // Returns when the broker has confirmed it. From here on Posthorn is responsible for the message.
        let id = try await producer.send(request)
        print("sent \(id)")

        await producer.close()
    }
}
