import Executors
import Runtime

extension Subscriber {
    /// Reads frames, passes deliveries on, sends acknowledgements that are due, and returns what to wait for. Called by the executor between
    /// jobs.
    func pump() -> Watch {
        guard let handle else { return Watch() }
        let now = ContinuousClock.now
        do {
            var mayWrite = true
            repeat {
                while let frame = try handle.next() { try take(frame, handle) }
                handOut()
                mayWrite = handle.isWritable
                if mayWrite { try settle(on: handle, now) }
            } while handle.hasBuffered
            handle.release()
            guard self.handle != nil else { return Watch() }
            let next = try resume(now)
            return Watch(
                descriptor: handle.descriptor, alsoWritable: !mayWrite, deadline: min(next, now + settings.heartbeat / 4))
        } catch {
            lose(error)
            return Watch()
        }
    }

    func adopt(_ handle: BrokerHandle) {
        guard !isClosed else { return }
        self.handle = handle
        ready.store(true, ordering: .relaxed)
        metrics.isConnected.set(1)
        for queueConsumer in queueConsumers.values { open(queueConsumer) }
    }

    func open(_ queueConsumer: QueueConsumer) {
        lastEpoch += 1
        queueConsumer.epoch = lastEpoch
        queueConsumer.phase = .opening
        handle?.epochs[queueConsumer.amqpChannel] = lastEpoch
        command(.openAMQPChannel, on: queueConsumer)
    }

    func consume(_ queueConsumer: QueueConsumer) {
        queueConsumer.phase = .opening
        command(.consume(queue: queueConsumer.queue, exclusive: queueConsumer.isExclusive), on: queueConsumer)
    }

    /// Sends a command that the broker answers. If the write fails, so does the next read, which reconnects.
    func command(_ command: BrokerCommand, on queueConsumer: QueueConsumer) {
        queueConsumer.answerDeadline = .now + settings.connectLimit
        try? handle?.send(command, on: queueConsumer.amqpChannel)
    }

    func handOut() {
        for queueConsumer in queueConsumers.values where !queueConsumer.arrived.isEmpty {
            metrics.delivered.increment(by: queueConsumer.arrived.count)
            queueConsumer.mailbox.put(queueConsumer.arrived)
            queueConsumer.arrived.removeAll(keepingCapacity: true)
        }
    }

    /// Sends the ledgers' acknowledgements and rejections, and closes the AMQP channels of cancelled queue consumers that are settled.
    func settle(on handle: BrokerHandle, _ now: ContinuousClock.Instant) throws(BrokerError) {
        for queueConsumer in queueConsumers.values {
            for action in queueConsumer.takeActions(now) {
                switch action {
                case .acknowledge(let number, let multiple):
                    try handle.send(.acknowledge(number: number, multiple: multiple), on: queueConsumer.amqpChannel)
                case .reject(let number, let requeue):
                    try handle.send(.reject(number: number, requeue: requeue), on: queueConsumer.amqpChannel)
                }
            }
            if queueConsumer.phase == .cancelled, queueConsumer.ledger.isSettled {
                queueConsumer.phase = .closing
                command(.closeAMQPChannel, on: queueConsumer)
            }
        }
    }

    /// Reopens the queue consumers that the broker closed or cancelled, after their retry delay.
    ///
    /// - Returns: when it must be called next.
    private func resume(_ now: ContinuousClock.Instant) throws(BrokerError) -> ContinuousClock.Instant {
        var next = now + .seconds(3600)
        for queueConsumer in queueConsumers.values {
            if let deadline = queueConsumer.answerDeadline {
                guard deadline > now else { throw .timedOut }
                next = min(next, deadline)
            }
            if let flushBy = queueConsumer.flushBy { next = min(next, flushBy) }
            switch queueConsumer.phase {
            case .waiting(let until?):
                if until <= now { open(queueConsumer) } else { next = min(next, until) }
            case .idle(let until):
                if until <= now { consume(queueConsumer) } else { next = min(next, until) }
            default: break
            }
        }
        return next
    }

    private func lose(_ error: any Error) {
        let error = error as? BrokerError ?? .unreachable("\(error)")
        log.warning("broker connection lost", ["connection": name, "error": error])
        disconnect(error)
        Task { await reconnect() }
    }

    /// Marks every queue consumer as disconnected, and ends those that were being started or cancelled.
    func disconnect(_ error: BrokerError) {
        handle = nil
        ready.store(false, ordering: .relaxed)
        metrics.isConnected.set(0)
        for queueConsumer in queueConsumers.values {
            let isEnding = queueConsumer.isEnding || isClosed || queueConsumer.starting != nil
            queueConsumer.abandonAMQPChannel()
            queueConsumer.phase = .waiting(until: nil)
            queueConsumer.answerStart(.failure(error))
            guard isEnding else { continue }
            queueConsumer.endCancelling()
            forget(queueConsumer)
        }
    }

    private func reconnect() async {
        var isKnown = false
        while !isClosed {
            try? await Task.sleep(for: backOff.delay())
            do {
                let handle = try await dialer.dial(settings, name: name, writeLimit: settings.heartbeat * 2)
                guard !isClosed else { return }
                metrics.reconnects.increment()
                log.info("broker connection restored", ["connection": name])
                return adopt(handle)
            } catch {
                if !isKnown { log.warning("broker connect failed, retrying", ["connection": name, "error": error]) }
                isKnown = true
            }
        }
    }
}
