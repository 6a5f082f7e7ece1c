import Model
import Testing
import Topology

@testable import Senders

@Suite("A verdict is settled")
struct SettlementTests {
    static let now = Timestamp(milliseconds: 1_800_000_000_000)
    /// Before any test began.
    static let past = Timestamp(milliseconds: 1_700_000_000_000)

    static func notification(lane: Lane = .normal, attempt: Int = 1, expiresIn: Duration? = nil) -> Notification {
        fanOut(of: 1, lane: lane, attempt: attempt, expiresIn: expiresIn)[0]
    }

    /// Notifications of one request.
    static func fanOut(of count: Int, lane: Lane = .normal, attempt: Int = 1, expiresIn: Duration? = nil) -> [Notification] {
        let tenant = TenantName("acme")!
        let request = RequestID.fresh(at: now)
        let content = EncodedContent(Content(of: Request(text: ["Title"]), id: request, tenant: tenant, sentAt: now))
        return (0..<count).map { number in
            Notification(
                request: request, tenant: tenant, reference: nil, lane: lane, consumer: "ada-\(number)",
                endpoint: Endpoint(id: .fresh(), medium: .webhook, address: "https://example.org/"), attempt: attempt,
                expiresAt: expiresIn.map { now + $0 }, traceparent: nil, content: content)
        }
    }

    static func settle(
        _ verdict: FinalVerdict, _ notification: Notification = notification(), _ schedule: RetrySchedule = .standard
    ) -> Settlement {
        Settlement(of: notification, Outcome(verdict: verdict, provider: "direct", failures: []), schedule, at: now)
    }

    @Test(arguments: [
        (FinalVerdict.delivered(reference: "r"), NotificationEvent.Kind.delivered), (.accepted(reference: nil), .sending),
        (.sent(reference: nil), .sent), (.refused(why: "HTTP 404"), .permanentFailure),
        (.endpointGone(why: "HTTP 410"), .permanentFailure),
        (.retry(after: nil, why: "HTTP 503"), .retrying), (.unknown(why: "time-out"), .technicalFailure),
    ])
    func `each verdict brings its event`(verdict: FinalVerdict, kind: NotificationEvent.Kind) {
        #expect(Self.settle(verdict).event?.kind == kind)
    }

    @Test func `only an endpoint that is gone is reported as gone`() {
        #expect(Self.settle(.endpointGone(why: "HTTP 410")).event?.endpointGone == true)
        #expect(Self.settle(.refused(why: "HTTP 404")).event?.endpointGone == false)
    }

    @Test(arguments: zip(1...6, RetryDelay.allCases))
    func `each failed attempt has its retry delay`(attempt: Int, step: RetryDelay) throws {
        let held = try #require(Self.settle(.retry(after: nil, why: "HTTP 503"), Self.notification(attempt: attempt)).retry)
        #expect(held.step == step)
        #expect(held.notification.attempt == attempt + 1)
        #expect(held.notification.duplicateRisk == .none)
    }

    @Test(arguments: [DuplicateRisk.possible, .delayed])
    func `a possible duplicate stays one in its next attempt, with a new time`(duplicateRisk: DuplicateRisk) throws {
        var notification = Self.notification()
        (notification.duplicateRisk, notification.possibleDuplicateSince) = (duplicateRisk, Self.now)
        let held = try #require(Self.settle(.retry(after: nil, why: "HTTP 503"), notification).retry)
        #expect(held.notification.duplicateRisk == .possible)
        #expect(held.notification.possibleDuplicateSince == nil)
    }

    @Test func `the wait that an endpoint asks for lengthens the retry delay and never shortens it`() {
        #expect(Self.settle(.retry(after: .seconds(90), why: "HTTP 429")).retry?.step == .twoMinutes)
        #expect(
            Self.settle(.retry(after: .seconds(1), why: "HTTP 429"), Self.notification(attempt: 3)).retry?.step == .twoMinutes)
    }

    @Test func `after the last retry delay it is a temporary failure and parked`() {
        let settlement = Self.settle(.retry(after: nil, why: "HTTP 503"), Self.notification(attempt: 7))
        #expect(settlement.event?.kind == .temporaryFailure)
        #expect(settlement.isParked)
    }

    @Test func `another schedule's delays and ends are kept`() {
        let twice = RetrySchedule(
            retryDelays: [.tenMinutes], maximumAttempts: 2, deferralDelays: [.thirtySeconds], maximumDeferrals: 1)
        let retry = FinalVerdict.retry(after: nil, why: "HTTP 503")
        #expect(Self.settle(retry, Self.notification(attempt: 1), twice).retry?.step == .tenMinutes)
        #expect(Self.settle(retry, Self.notification(attempt: 2), twice).isParked)
        var notification = Self.notification()
        #expect(Self.settle(.deferred(why: .busy), notification, twice).retry?.step == .thirtySeconds)
        notification.deferrals = 1
        #expect(Self.settle(.deferred(why: .busy), notification, twice).isParked)
    }

    @Test func `what would expire on a retry delay queue is expired now`() {
        let settlement = Self.settle(.retry(after: nil, why: "HTTP 503"), Self.notification(expiresIn: .seconds(4)))
        #expect(settlement.event?.kind == .expired)
        #expect(settlement.retry == nil)
        #expect(
            Self.settle(.retry(after: nil, why: "HTTP 503"), Self.notification(expiresIn: .seconds(6))).retry?.step
                == .fiveSeconds
        )
    }

    @Test func `what is deferred spends no attempt, publishes no event, and waits longer each time`() throws {
        var notification = Self.notification(attempt: 3)
        notification.duplicateRisk = .delayed
        var steps: [RetryDelay] = []
        while steps.count < 100, let held = Self.settle(.deferred(why: .stalled), notification).retry {
            #expect(Self.settle(.deferred(why: .stalled), notification).event == nil)
            #expect(held.notification.attempt == 3)
            #expect(held.notification.duplicateRisk == .delayed)
            notification = held.notification
            steps.append(held.step)
        }
        #expect(
            steps.prefix(7) == [
                .fiveSeconds, .fiveSeconds, .thirtySeconds, .thirtySeconds, .twoMinutes, .twoMinutes, .tenMinutes,
            ])
        #expect(steps.dropFirst(6).allSatisfy { $0 == .tenMinutes })
        #expect(steps.count == 36)
        let end = Self.settle(.deferred(why: .stalled), notification)
        #expect(end.event?.kind == .temporaryFailure)
        #expect(end.event?.attempt == 2)
        #expect(end.isParked)
    }

    @Test func `an attempt does not make the waits short again`() {
        var notification = Self.notification()
        notification.deferrals = 6
        #expect(Self.settle(.retry(after: nil, why: "HTTP 500"), notification).retry?.notification.deferrals == 6)
    }

    @Test func `what would expire while it is deferred is expired now`() {
        let settlement = Self.settle(.deferred(why: .breakerOpen), Self.notification(expiresIn: .seconds(4)))
        #expect(settlement.event?.kind == .expired)
        #expect(settlement.event?.attempt == 0)
        #expect(settlement.retry == nil)
    }

    @Test(arguments: [Lane.normal, .bulk])
    func `an unknown outcome risks no second copy`(lane: Lane) {
        let settlement = Self.settle(.unknown(why: "time-out after the data"), Self.notification(lane: lane))
        #expect(settlement.event?.kind == .technicalFailure)
        #expect(settlement.isParked)
    }

    @Test func `on the priority lane an unknown outcome is tried again`() {
        #expect(Self.settle(.unknown(why: "time-out after the data"), Self.notification(lane: .priority)).retry != nil)
    }
}

extension Settlement {
    fileprivate var retry: (notification: Notification, step: RetryDelay)? {
        if case .retry(let notification, let step) = next { (notification, step) } else { nil }
    }

    fileprivate var isParked: Bool {
        if case .park(_, .undeliverable, _) = next { true } else { false }
    }
}
