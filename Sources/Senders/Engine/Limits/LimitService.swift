import Broker
import Contract
import Model
import Runtime
import Synchronization
import Topology

/// Shares the rate limits of a medium's accounts with the other senders of the medium: publishes what is demanded and granted here, and
/// receives the same from them. A sender that cannot reach the broker gets no tokens; without the broker it could settle nothing either.
final class LimitService: Service {
    private enum Event: Sendable {
        case need(DemandPace.Need)
        case demands([Delivery])
        case grants([Delivery])
        case refused(PublishError)
        case tick
    }

    private struct Running {
        let consumptions: [Consumption]
        let tasks: [Task<Void, Never>]
        let events: AsyncStream<Event>.Continuation
    }

    let name: String
    private let medium: Medium
    private let accounts: [String: AccountLimiter]
    private let subscriber: Subscriber
    private let publisher: Publisher
    private let clock: GateClock
    private let log: Log
    private let granter: Gauge
    private let malformed: Counter
    private let process = String(UInt64.random(in: .min ... .max), radix: 36)
    private let running = Mutex<Running?>(nil)

    /// - Parameter accounts: those with a rate.
    init(
        medium: Medium, accounts: [AccountLimiter], subscriber: Subscriber, publisher: Publisher, clock: GateClock = .system,
        log: Log, metrics: Metrics
    ) {
        name = "\(medium.rawValue).limits"
        self.medium = medium
        self.accounts = Dictionary(uniqueKeysWithValues: accounts.map { ($0.name, $0) })
        self.subscriber = subscriber
        self.publisher = publisher
        self.clock = clock
        self.log = log.scoped(to: name)
        let label = ("medium", medium.rawValue)
        granter = metrics.gauge(
            "posthorn_sender_limit_granter", "1 in the process that divides the rates of a medium's providers", labels: [label])
        malformed = metrics.counter(
            "posthorn_sender_limit_messages_malformed_total", "Messages about rate limits that could not be read", labels: [label]
        )
    }

    func start() async throws {
        let (events, event) = AsyncStream.makeStream(of: Event.self)
        let queues = try await consume()
        var tasks = [Task { await run(events, demands: queues?.demands, event) }]
        for account in accounts.values {
            tasks.append(Task { for await need in account.needs { event.yield(.need(need)) } })
        }
        if let queues {
            tasks.append(Task { await forward(queues.demands, as: Event.demands, to: event) })
            tasks.append(Task { await forward(queues.grants, as: Event.grants, to: event) })
        }
        let consumptions = queues.map { [$0.demands, $0.grants] } ?? []
        running.withLock { $0 = Running(consumptions: consumptions, tasks: tasks, events: event) }
    }

    /// - Returns: nil if the broker user may not consume or declare the queues.
    private func consume() async throws -> (demands: Consumption, grants: Consumption)? {
        do throws(BrokerError) {
            let grants = try await subscriber.consume(.grants(of: medium, process: process), prefetch: 100)
            return (try await subscriber.consume(queue: QueueName.limits(medium).name, prefetch: 1000), grants)
        } catch {
            guard case .accessRefused = error else { throw error }
            log.warning(
                "rate limits are not shared with other senders, each uses the whole rate: the broker user has no permission",
                ["error": error])
            return nil
        }
    }

    /// The lanes are drained before, so that they get tokens to the end.
    func drain() async {
        guard let running = running.withLock({ $0 }) else { return }
        for account in accounts.values { account.finish() }
        for consumption in running.consumptions { await consumption.cancel() }
        running.events.finish()
        for task in running.tasks { await task.value }
        granter.set(0)
    }

    private func forward(
        _ consumption: Consumption, as event: @Sendable ([Delivery]) -> Event, to events: AsyncStream<Event>.Continuation
    ) async {
        for await batch in consumption.deliveries {
            events.yield(event(batch))
            await consumption.acknowledge(batch.map(\.tag))
        }
    }

    private func run(_ events: AsyncStream<Event>, demands: Consumption?, _ event: AsyncStream<Event>.Continuation) async {
        var exchange = LimitExchange(process: process)
        var lastDemand: DeliveryTag?
        var alarm: ContinuousClock.Instant?
        if demands == nil { exchange.leave(at: clock.now()) }
        if demands != nil { perform(exchange.introduce(at: clock.now()), event) }
        for await next in events {
            let now = clock.now()
            if let last = lastDemand, demands?.isCurrent(last) == false {
                exchange.lostDemands()
                lastDemand = nil
            }
            switch next {
            case .need(let need): exchange.want(need)
            case .demands(let deliveries):
                lastDemand = deliveries.last?.tag
                for demand in deliveries.compactMap({ read($0) { delivery throws(ContractError) in try LimitDemand(delivery) } })
                { exchange.received(demand, at: now) }
            case .grants(let deliveries):
                let grants = deliveries.compactMap {
                    read($0) { delivery throws(ContractError) in try LimitGrant(delivery, to: process) }
                }
                for grant in grants { perform(exchange.received(grant), event) }
            case .refused(let error) where !exchange.isAlone:
                log.warning(
                    "rate limits are not shared with other senders, each uses the whole rate: the broker refuses messages",
                    ["error": error])
                exchange.leave(at: now)
            case .refused: break
            case .tick: if alarm.map({ $0 <= now }) ?? false { alarm = nil }
            }
            let actions = exchange.advance(at: now) { accounts.values.compactMap { $0.demand(at: now) } }
            for action in actions { perform(action, event) }
            granter.set(exchange.isGranting ? 1 : 0)
            guard let look = exchange.next(at: now), alarm.map({ look < $0 }) ?? true else { continue }
            alarm = look
            clock.call(look) { event.yield(.tick) }
        }
    }

    private func read<Message>(_ delivery: Delivery, _ read: (Delivery) throws(ContractError) -> Message) -> Message? {
        do throws(ContractError) {
            return try read(delivery)
        } catch {
            malformed.increment()
            log.debug("ignored an invalid message about rate limits", ["reason": error.description])
            return nil
        }
    }

    private func perform(_ action: LimitExchange.Action, _ event: AsyncStream<Event>.Continuation) {
        switch action {
        case .publishDemand(let demand): publish(demand.outgoing(to: medium), event)
        case .publishGrant(let grant): publish(grant.outgoing(on: medium), event)
        case .use(let grant, let until):
            let now = clock.now()
            for (name, tokens) in grant.tokens { accounts[name]?.granted(tokens, until: until ?? now, at: now) }
        }
    }

    /// Nothing waits for the confirm: the next message says the same again.
    private func publish(_ message: OutgoingMessage, _ event: AsyncStream<Event>.Continuation) {
        Task { [publisher, log] in
            do throws(PublishError) {
                try await publisher.publish([message], within: .seconds(1))
            } catch {
                log.debug("message about rate limits not published", ["error": error])
                // Each refusal closes an AMQP channel that others publish on, so do not try again.
                if case .accessRefused = error { event.yield(.refused(error)) }
            }
        }
    }
}
