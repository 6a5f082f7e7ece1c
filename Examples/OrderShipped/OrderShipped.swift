// A shop that tells its customers that an order is on its way.
//
// It shows all that a Swift service needs of Posthorn: settings, a producer, a request. Everybody who listens to the channel
// `orders` gets the message, on each email address and webhook that they registered. To try it, with a broker and `posthorn up` running:
//
//     posthorn service create shop --broker-user
//     SHOP_BROKER_URL=amqp://shop:PASSWORD@localhost:5672/ swift run order-shipped 4711
//
// Who listens is told over HTTP: docs/contract.md and the README show how.

import Foundation
import ProducerKit

@main
enum OrderShipped {
    static func main() async throws {
        let order = CommandLine.arguments.dropFirst().first ?? "4711"
        let url = ProcessInfo.processInfo.environment["SHOP_BROKER_URL"] ?? "amqp://shop:password@localhost:5672/"

        let producer = Producer(settings: try ProducerSettings(url: url))
        try await producer.start()

        // The dedupe key makes the order's notice one request, however often this program runs: nobody is told twice.
        let request = Request(
            channels: ["orders"], text: ["Order \(order) is on its way", "It left our house today."],
            metadata: ["order": .string(order)], dedupeKey: "shipped-\(order)", reference: order)

        // Returns when the broker has confirmed it. From here on the message is Posthorn's to deliver.
        let id = try await producer.send(request)
        print("sent \(id)")

        await producer.close()
    }
}
