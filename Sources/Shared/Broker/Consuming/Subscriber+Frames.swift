import Runtime

extension Subscriber {
    func take(_ frame: BrokerFrame, _ handle: BrokerHandle) throws(BrokerError) {
        switch frame {
        case .delivered(let channel, let delivery):
            guard let consumer = consumer(on: channel) else { return }
            consumer.ledger.deliver(delivery.tag.number)
            consumer.arrived.append(delivery)
        case .answered(let channel, let answer):
            guard let consumer = consumer(on: channel) else { return }
            consumer.answerDeadline = nil
            advance(consumer, answer)
        case .consumerCancelled(let channel):
            guard let consumer = consumer(on: channel), consumer.phase == .consuming else { return }
            log.warning("the broker cancelled a consumer", ["connection": name, "queue": consumer.queue])
            consumer.phase = .idle(until: .now + backOff.delay())
        case .channelClosed(let channel, let code, let text):
            if let consumer = consumer(on: channel) { closed(consumer, code, text) }
        case .connectionClosed(let code, let text): throw .closedByBroker(code: code, text: text)
        case .confirmed, .refused, .returned, .blocked, .unblocked: break
        }
    }

    private func consumer(on channel: UInt16) -> Consumer? {
        Int(channel) < channels.count ? channels[Int(channel)] : nil
    }

    /// The steps from a new channel to a consumer, and back.
    private func advance(_ consumer: Consumer, _ answer: BrokerFrame.Answer) {
        switch (answer, consumer.phase) {
        case (.channelOpened, .opening): command(.prefetch(consumer.prefetch), on: consumer)
        case (.prefetchSet, .opening):
            guard let own = consumer.own else { return consume(consumer) }
            consumer.queue = own.freshName()
            command(.declareOwn(queue: consumer.queue), on: consumer)
        case (.queueDeclared, .opening):
            guard let own = consumer.own else { return }
            command(.bind(queue: consumer.queue, exchange: own.exchange, routingKey: own.routingKey), on: consumer)
        case (.queueBound, .opening): consume(consumer)
        case (.consuming, .opening):
            backOff.reset()
            consumer.phase = .consuming
            consumer.answerStart(.success(()))
        case (.cancelled, .cancelling):
            handOut()
            consumer.phase = .cancelled
            consumer.endCancelling()
        case (.channelClosed, .closing): forget(consumer)
        default: break
        }
    }

    /// The broker has closed a channel: for the caller that waits for its consumer, an error; for one that was consuming, a reason to begin
    /// again a little later.
    private func closed(_ consumer: Consumer, _ code: Int, _ text: String) {
        consumer.abandonChannel()
        let error: BrokerError =
            switch code {
            case 403: .accessRefused(text)
            case 404: .notFound(text)
            default: .closedByBroker(code: code, text: text)
            }
        if consumer.starting != nil || consumer.isEnding {
            forget(consumer)
            consumer.endCancelling()
            return consumer.answerStart(.failure(error))
        }
        log.warning("the broker closed a channel", ["connection": name, "queue": consumer.queue, "code": code, "text": text])
        consumer.phase = .waiting(until: .now + backOff.delay())
    }
}
