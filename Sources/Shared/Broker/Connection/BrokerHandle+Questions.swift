import CRabbitMQ

/// Synchronous calls, for the inspector.
extension BrokerHandle {
    /// Sets a timeout for each call, so that an unresponsive broker cannot block the thread.
    func limitAnswers(_ limit: Duration) {
        var limit = timeval(limit)
        unsafe amqp_set_rpc_timeout(state, &limit)
    }

    func openAMQPChannel(_ amqpChannel: UInt16) throws(BrokerError) {
        _ = unsafe amqp_channel_open(state, amqpChannel)
        try checkAnswer(amqpChannel)
    }

    /// The number of ready messages and of queue consumers.
    func depth(of queue: String, on amqpChannel: UInt16) throws(BrokerError) -> (messages: Int, consumers: Int) {
        scratch.reserve(bytes: queue.utf8.count, entries: 0)
        let answer = unsafe amqp_queue_declare(state, amqpChannel, scratch.place(queue), 1, 0, 0, 0, amqp_table_t())
        try checkAnswer(amqpChannel)
        guard let answer = unsafe answer?.pointee else { throw .timedOut }
        return unsafe (Int(answer.message_count), Int(answer.consumer_count))
    }

    func findExchange(_ exchange: String, on amqpChannel: UInt16) throws(BrokerError) {
        scratch.reserve(bytes: exchange.utf8.count, entries: 0)
        _ = unsafe amqp_exchange_declare(
            state, amqpChannel, scratch.place(exchange), amqp_bytes_t(), 1, 0, 0, 0, amqp_table_t())
        try checkAnswer(amqpChannel)
    }

    /// A broker error closes the AMQP channel. The library does not send `channel.close-ok` itself.
    private func checkAnswer(_ amqpChannel: UInt16) throws(BrokerError) {
        let reply = unsafe amqp_get_rpc_reply(state)
        guard let problem = unsafe Self.problem(reply) else { return }
        guard case .closedByBroker(let code, let text) = problem, unsafe reply.reply.id == posthorn_channel_close else {
            throw problem
        }
        var answer = amqp_channel_close_ok_t()
        try unsafe send(posthorn_channel_close_ok, &answer, on: amqpChannel)
        switch code {
        case 403: throw .accessRefused(text)
        case 404: throw .notFound(text)
        default: throw problem
        }
    }
}
