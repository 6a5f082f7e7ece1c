import Executors
import Runtime

extension Publisher {
    /// The one AMQP channel for publishing. It is reopened when the broker closes it.
    static let amqpChannel: UInt16 = 1

    /// Reads frames, writes waiting messages, and returns what to wait for. Called by the executor between jobs.
    func pump() -> Watch {
        let now = ContinuousClock.now
        var watch = Watch()
        if let handle {
            do {
                repeat {
                    while let frame = try handle.next() { try take(frame, handle) }
                    watch.alsoWritable = try write(to: handle)
                } while handle.hasBuffered
                handle.release()
                if let answerDeadline, answerDeadline <= now { throw BrokerError.timedOut }
                watch.descriptor = handle.descriptor
                watch.deadline = min(now + settings.heartbeat / 4, answerDeadline ?? .now + .seconds(3600))
            } catch { lose(error) }
        }
        if let next = queue.expire(now, as: lateness) { watch.deadline = min(watch.deadline ?? next, next) }
        if let closing, queue.isIdle {
            self.closing = nil
            closing.resume()
        }
        return watch
    }

    /// The error of a call whose deadline has passed.
    private var lateness: PublishError { phase != .ready ? .disconnected : isBlocked ? .blocked : .timedOut }

    func adopt(_ handle: BrokerHandle) {
        self.handle = handle
        do { try open(handle) } catch { lose(error) }
    }

    private func open(_ handle: BrokerHandle) throws(BrokerError) {
        phase = .opening
        answerDeadline = .now + settings.connectLimit
        try handle.send(.openAMQPChannel, on: Self.amqpChannel)
    }

    private func take(_ frame: BrokerFrame, _ handle: BrokerHandle) throws(BrokerError) {
        switch frame {
        case .confirmed(_, let number, let multiple): settle(number, multiple, isConfirmed: true)
        case .refused(_, let number, let multiple): settle(number, multiple, isConfirmed: false)
        case .returned(_, let message): queue.markReturned(message)
        case .answered(_, .amqpChannelOpened): try handle.send(.selectConfirms, on: Self.amqpChannel)
        case .answered(_, .confirmsSelected): becomeReady()
        case .amqpChannelClosed(_, let code, let text):
            log.warning("broker closed an AMQP channel", ["connection": name, "code": code, "text": text])
            queue.abandonAMQPChannel(AMQPChannelError(code: code, text: text))
            try open(handle)
        case .connectionClosed(let code, let text): throw .closedByBroker(code: code, text: text)
        case .blocked(let reason):
            isBlocked = true
            log.warning("broker blocked publishing", ["connection": name, "reason": reason])
        case .unblocked:
            isBlocked = false
            log.info("broker unblocked publishing", ["connection": name])
        case .answered, .delivered, .queueConsumerCancelled: break
        }
    }

    private func settle(_ number: UInt64, _ multiple: Bool, isConfirmed: Bool) {
        let count = queue.settle(number, multiple: multiple, isConfirmed: isConfirmed)
        if isConfirmed { metrics.confirmed.increment(by: count) } else { metrics.failed.increment(by: count) }
    }

    private func becomeReady() {
        answerDeadline = nil
        phase = .ready
        backOff.reset()
        starting?.resume(returning: .success(()))
        starting = nil
    }

    /// - Returns: whether it stopped because the socket's buffer is full.
    private func write(to handle: BrokerHandle) throws(BrokerError) -> Bool {
        guard phase == .ready, !isBlocked, queue.waitingCount > 0, queue.outstanding < settings.confirmWindow else {
            return false
        }
        handle.cork()
        defer { handle.uncork() }
        var count = 0
        var bytesSinceCheck = Int.max
        defer { metrics.published.increment(by: count) }
        while queue.outstanding < settings.confirmWindow, let message = queue.next() {
            if bytesSinceCheck > 16_384 {
                guard handle.isWritable else { return true }
                bytesSinceCheck = 0
            }
            try handle.publish(message, on: Self.amqpChannel)
            queue.noteWritten()
            count += 1
            bytesSinceCheck += message.body.count + 256
        }
        return false
    }

    private func lose(_ error: any Error) {
        let error = error as? BrokerError ?? .unreachable("\(error)")
        handle = nil
        phase = .disconnected
        isBlocked = false
        answerDeadline = nil
        queue.abandonConnection()
        if let starting {
            self.starting = nil
            starting.resume(returning: .failure(error))
            return
        }
        log.warning("broker connection lost", ["connection": name, "error": error])
        Task { await reconnect() }
    }

    private func reconnect() async {
        var isKnown = false
        while !isClosed {
            try? await Task.sleep(for: backOff.delay())
            do {
                let handle = try await dialer.dial(settings, name: name, writeLimit: settings.writeLimit)
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
