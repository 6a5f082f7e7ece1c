import Runtime

extension Subscriber {
    func take(_ frame: BrokerFrame, _ handle: BrokerHandle) throws(BrokerError) {
        switch frame {
        case .delivered(let amqpChannel, let delivery):
            guard let queueConsumer = queueConsumer(on: amqpChannel) else { return }
            queueConsumer.ledger.deliver(delivery.tag.number)
            queueConsumer.arrived.append(delivery)
        case .answered(let amqpChannel, let answer):
            guard let queueConsumer = queueConsumer(on: amqpChannel) else { return }
            queueConsumer.answerDeadline = nil
            advance(queueConsumer, answer)
        case .queueConsumerCancelled(let amqpChannel):
            guard let queueConsumer = queueConsumer(on: amqpChannel), queueConsumer.phase == .consuming else { return }
            log.warning("broker cancelled a queue consumer", ["connection": name, "queue": queueConsumer.queue])
            queueConsumer.phase = .idle(until: .now + backOff.delay())
        case .amqpChannelClosed(let amqpChannel, let code, let text):
            if let queueConsumer = queueConsumer(on: amqpChannel) { closed(queueConsumer, code, text) }
        case .connectionClosed(let code, let text): throw .closedByBroker(code: code, text: text)
        case .confirmed, .refused, .returned, .blocked, .unblocked: break
        }
    }

    private func queueConsumer(on amqpChannel: UInt16) -> QueueConsumer? {
        Int(amqpChannel) < byAMQPChannel.count ? byAMQPChannel[Int(amqpChannel)] : nil
    }

    /// The steps that open an AMQP channel and start its queue consumer, and those that stop it.
    private func advance(_ queueConsumer: QueueConsumer, _ answer: BrokerFrame.Answer) {
        switch (answer, queueConsumer.phase) {
        case (.amqpChannelOpened, .opening): command(.prefetch(queueConsumer.prefetch), on: queueConsumer)
        case (.prefetchSet, .opening):
            guard let own = queueConsumer.own else { return consume(queueConsumer) }
            queueConsumer.queue = own.freshName()
            queueConsumer.unbound = own.routingKeys[...]
            command(.declareOwn(queue: queueConsumer.queue), on: queueConsumer)
        case (.queueDeclared, .opening), (.queueBound, .opening):
            guard let own = queueConsumer.own, let key = queueConsumer.unbound.popFirst() else { return consume(queueConsumer) }
            command(.bind(queue: queueConsumer.queue, exchange: own.exchange, routingKey: key), on: queueConsumer)
        case (.consuming, .opening):
            backOff.reset()
            queueConsumer.phase = .consuming
            if queueConsumer.starting == nil { queueConsumer.restarted() }
            queueConsumer.answerStart(.success(()))
        case (.cancelled, .cancelling):
            handOut()
            queueConsumer.phase = .cancelled
            queueConsumer.endCancelling()
        case (.amqpChannelClosed, .closing): forget(queueConsumer)
        default: break
        }
    }

    /// The broker closed an AMQP channel. A caller that waits for `consume` gets the error; a running queue consumer is reopened after a
    /// retry delay.
    private func closed(_ queueConsumer: QueueConsumer, _ code: Int, _ text: String) {
        queueConsumer.abandonAMQPChannel()
        let error: BrokerError =
            switch code {
            case 403: .accessRefused(text)
            case 404: .notFound(text)
            default: .closedByBroker(code: code, text: text)
            }
        if queueConsumer.starting != nil || queueConsumer.isEnding {
            forget(queueConsumer)
            queueConsumer.endCancelling()
            return queueConsumer.answerStart(.failure(error))
        }
        log.warning(
            "broker closed an AMQP channel", ["connection": name, "queue": queueConsumer.queue, "code": code, "text": text])
        queueConsumer.phase = .waiting(until: .now + backOff.delay())
    }
}
