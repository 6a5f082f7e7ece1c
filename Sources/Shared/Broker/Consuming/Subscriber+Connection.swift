import Executors
import Runtime

extension Subscriber {
    /// Reads what has come, hands it out, sends what is due, and says what to wait for. Called by the executor between jobs.
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
        for consumer in consumers.values { open(consumer) }
    }

    func open(_ consumer: Consumer) {
        lastEpoch += 1
        consumer.epoch = lastEpoch
        consumer.phase = .opening
        handle?.epochs[consumer.channel] = lastEpoch
        command(.openChannel, on: consumer)
    }

    func consume(_ consumer: Consumer) {
        consumer.phase = .opening
        command(.consume(queue: consumer.queue, exclusive: consumer.isExclusive), on: consumer)
    }

    /// Sends a command that the broker answers. Where that fails, the next read fails as well and sees to it.
    func command(_ command: BrokerCommand, on consumer: Consumer) {
        consumer.answerDeadline = .now + settings.connectLimit
        try? handle?.send(command, on: consumer.channel)
    }

    func handOut() {
        for consumer in consumers.values where !consumer.arrived.isEmpty {
            metrics.delivered.increment(by: consumer.arrived.count)
            consumer.mailbox.put(consumer.arrived)
            consumer.arrived.removeAll(keepingCapacity: true)
        }
    }

    /// Sends what the ledgers have to tell, and closes the channels of cancelled consumers that have nothing more to settle.
    func settle(on handle: BrokerHandle, _ now: ContinuousClock.Instant) throws(BrokerError) {
        for consumer in consumers.values {
            for action in consumer.takeActions(now) {
                switch action {
                case .acknowledge(let number, let multiple):
                    try handle.send(.acknowledge(number: number, multiple: multiple), on: consumer.channel)
                case .reject(let number, let requeue):
                    try handle.send(.reject(number: number, requeue: requeue), on: consumer.channel)
                }
            }
            if consumer.phase == .cancelled, consumer.ledger.isSettled {
                consumer.phase = .closing
                command(.closeChannel, on: consumer)
            }
        }
    }

    /// Takes up again what has waited long enough after the broker had closed or cancelled it.
    ///
    /// - Returns: when there is something to do next.
    private func resume(_ now: ContinuousClock.Instant) throws(BrokerError) -> ContinuousClock.Instant {
        var next = now + .seconds(3600)
        for consumer in consumers.values {
            if let deadline = consumer.answerDeadline {
                guard deadline > now else { throw .timedOut }
                next = min(next, deadline)
            }
            if let tellBy = consumer.tellBy { next = min(next, tellBy) }
            switch consumer.phase {
            case .waiting(let until?):
                if until <= now { open(consumer) } else { next = min(next, until) }
            case .idle(let until):
                if until <= now { consume(consumer) } else { next = min(next, until) }
            default: break
            }
        }
        return next
    }

    private func lose(_ error: any Error) {
        let error = error as? BrokerError ?? .unreachable("\(error)")
        log.warning("lost the connection to the broker", ["connection": name, "why": error])
        disconnect(error)
        Task { await reconnect() }
    }

    /// Takes the connection away from everything that relied on it.
    func disconnect(_ error: BrokerError) {
        handle = nil
        ready.store(false, ordering: .relaxed)
        metrics.isConnected.set(0)
        for consumer in consumers.values {
            let isEnding = consumer.isEnding || isClosed || consumer.starting != nil
            consumer.abandonChannel()
            consumer.phase = .waiting(until: nil)
            consumer.answerStart(.failure(error))
            guard isEnding else { continue }
            consumer.endCancelling()
            forget(consumer)
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
                log.info("connected to the broker again", ["connection": name])
                return adopt(handle)
            } catch {
                if !isKnown { log.warning("cannot connect to the broker; trying on", ["connection": name, "why": error]) }
                isKnown = true
            }
        }
    }
}
