import CRabbitMQ

/// Questions that wait for their answer, for the inspector.
extension BrokerHandle {
    /// Limits each question, so that a broker that has gone silent cannot hold the thread.
    func limitAnswers(_ limit: Duration) {
        var limit = timeval(limit)
        unsafe amqp_set_rpc_timeout(state, &limit)
    }

    func openChannel(_ channel: UInt16) throws(BrokerError) {
        _ = unsafe amqp_channel_open(state, channel)
        try checkAnswer(channel)
    }

    /// Messages that are ready and consumers of a queue.
    func depth(of queue: String, on channel: UInt16) throws(BrokerError) -> (messages: Int, consumers: Int) {
        scratch.reserve(bytes: queue.utf8.count, entries: 0)
        let answer = unsafe amqp_queue_declare(state, channel, scratch.place(queue), 1, 0, 0, 0, amqp_table_t())
        try checkAnswer(channel)
        guard let answer = unsafe answer?.pointee else { throw .timedOut }
        return unsafe (Int(answer.message_count), Int(answer.consumer_count))
    }

    func findExchange(_ exchange: String, on channel: UInt16) throws(BrokerError) {
        scratch.reserve(bytes: exchange.utf8.count, entries: 0)
        _ = unsafe amqp_exchange_declare(
            state, channel, scratch.place(exchange), amqp_bytes_t(), 1, 0, 0, 0, amqp_table_t())
        try checkAnswer(channel)
    }

    /// An error of the broker closes the channel, and the library leaves it to us to say that we have heard.
    private func checkAnswer(_ channel: UInt16) throws(BrokerError) {
        let reply = unsafe amqp_get_rpc_reply(state)
        guard let problem = unsafe Self.problem(reply) else { return }
        guard case .closedByBroker(let code, let text) = problem, unsafe reply.reply.id == posthorn_channel_close else {
            throw problem
        }
        var answer = amqp_channel_close_ok_t()
        try unsafe send(posthorn_channel_close_ok, &answer, on: channel)
        switch code {
        case 403: throw .accessRefused(text)
        case 404: throw .notFound(text)
        default: throw problem
        }
    }
}
