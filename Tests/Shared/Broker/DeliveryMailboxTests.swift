import Testing

@testable import Broker

@Suite struct DeliveryMailboxTests {
    private func deliveries(_ numbers: UInt64...) -> [Delivery] {
        numbers.map { number in
            Delivery(
                tag: DeliveryTag(epoch: 1, number: number), exchange: "", routingKey: "", isRedelivered: false,
                properties: MessageProperties(), body: [])
        }
    }

    @Test func returnsAllDeliveriesSinceTheLastRead() async {
        let mailbox = DeliveryMailbox()
        mailbox.put(deliveries(1))
        mailbox.put(deliveries(2, 3))
        var iterator = mailbox.stream.makeAsyncIterator()
        #expect(await iterator.next() == deliveries(1, 2, 3))
    }

    @Test func wakesAWaitingReader() async {
        let mailbox = DeliveryMailbox()
        async let batch = mailbox.stream.first { _ in true }
        await Task.yield()
        mailbox.put(deliveries(1))
        #expect(await batch == deliveries(1))
    }

    @Test func returnsRemainingDeliveriesAfterFinish() async {
        let mailbox = DeliveryMailbox()
        mailbox.put(deliveries(1))
        mailbox.finish()
        mailbox.put(deliveries(2))
        var batches: [[Delivery]] = []
        for await batch in mailbox.stream { batches.append(batch) }
        #expect(batches == [deliveries(1)])
    }

    @Test func discardDropsUnreadDeliveries() async {
        let mailbox = DeliveryMailbox()
        mailbox.put(deliveries(1))
        mailbox.discard()
        mailbox.put(deliveries(2))
        var iterator = mailbox.stream.makeAsyncIterator()
        #expect(await iterator.next() == deliveries(2))
    }

    @Test func endsForACancelledReader() async {
        let mailbox = DeliveryMailbox()
        let reader = Task { for await _ in mailbox.stream {} }
        reader.cancel()
        await reader.value
    }
}
