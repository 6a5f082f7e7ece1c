import Model
import Testing
import Topology

@testable import Senders

@Suite("A verdict is settled")
struct SettlementTests {
    static let now = Timestamp(milliseconds: 1_800_000_000_000)
    /// Before any test began.
    static let past = Timestamp(milliseconds: 1_700_000_000_000)

    static func notification(
        lane: Lane = .normal, age: Duration = .zero, attempt: Int = 1, expiresIn: Duration? = nil
    ) -> Notification {
        fanOut(of: 1, lane: lane, age: age, attempt: attempt, expiresIn: expiresIn)[0]
    }

    /// Notifications of one request.
    static func fanOut(
        of count: Int, tenant name: String = "acme", lane: Lane = .normal, age: Duration = .zero, attempt: Int = 1,
        expiresIn: Duration? = nil
    ) -> [Notification] {
        let tenant = TenantName(name)!
        let request = RequestID.fresh(at: now)
        let content = EncodedContent(Content(of: Request(text: ["Title"]), id: request, tenant: tenant, sentAt: now))
        return (0..<count).map { number in
            Notification(
                request: request, tenant: tenant, reference: nil, lane: lane, consumer: "ada-\(number)",
                endpoint: Endpoint(id: .fresh(), medium: .webhook, address: "https://example.org/"),
                acceptedAt: now + (.zero - age), attempt: attempt,
                expiresAt: expiresIn.map { now + $0 }, traceparent: nil, content: content)
        }
    }

    static func settle(
        _ verdict: FinalVerdict, _ notification: Notification = notification(), _ schedule: RetrySchedule? = nil,
        failures: [FailedTry] = [], draw: Double = 0.5
    ) -> Settlement {
        Settlement(
            of: notification, Outcome(verdict: verdict, provider: "direct", failures: failures),
            schedule ?? .standard(for: notification.lane), at: now, draw: { draw })
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

    @Test(arguments: [
        (FinalVerdict.retry(after: nil, why: "HTTP 503"), NotificationEvent.Kind.cancelled, 2),
        (.deferred(why: .stalled), .cancelled, 1),
        (.cancelled, .cancelled, 1), (.unknown(why: "time-out"), .technicalFailure, 2),
        (.delivered(reference: nil), .delivered, 2),
        (.refused(why: "HTTP 404"), .permanentFailure, 2),
    ])
    func `no attempt follows once the request is cancelled, and what was sent stays sent`(
        verdict: FinalVerdict, kind: NotificationEvent.Kind, attempts: Int
    ) {
        let failure = FailedTry(attempt: 2, provider: "direct", reason: "HTTP 503", at: Self.now)
        let settlement = Settlement.ofCancelled(
            Self.notification(lane: .priority, attempt: 2),
            Outcome(verdict: verdict, provider: "direct", failures: [failure]), .urgent, at: Self.now)
        #expect(settlement.event?.kind == kind)
        #expect(settlement.event?.attempt == attempts)
        #expect(settlement.retry == nil)
        if case .retry = verdict { #expect(settlement.event?.failures == [failure]) }
    }

    @Test(arguments: [NotificationEvent.EndpointFinding.none, .failing, .gone])
    func `what an attempt found out about the endpoint is in its event`(finding: NotificationEvent.EndpointFinding) {
        for verdict in [
            FinalVerdict.retry(after: nil, why: "HTTP 503"), .refused(why: "HTTP 404"), .endpointGone(why: "HTTP 410"),
        ] {
            let outcome = Outcome(verdict: verdict, provider: "direct", failures: [], finding: finding)
            #expect(Settlement(of: Self.notification(), outcome, .patient, at: Self.now).event?.finding == finding)
        }
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
        #expect(Self.settle(.retry(after: .seconds(90), why: "HTTP 429")).retry?.wait == .seconds(90))
        #expect(
            Self.settle(.retry(after: .seconds(1), why: "HTTP 429"), Self.notification(attempt: 3)).retry?.wait == .seconds(120))
        // What an endpoint may ask for has an end.
        #expect(Self.settle(.retry(after: .seconds(86_400), why: "HTTP 429")).retry?.wait == RetryDelay.fourHours.duration)
    }

    @Test func `a share of what fails waits for a shorter or a longer retry delay, but never less than the endpoint asks for`() {
        func wait(_ draw: Double, asked: Duration? = nil) -> Duration? {
            Self.settle(.retry(after: asked, why: "HTTP 503"), Self.notification(attempt: 3), draw: draw).retry?.wait
        }
        #expect(wait(0.05) == .seconds(30) && wait(0.5) == .seconds(120) && wait(0.95) == .seconds(600))
        #expect(wait(0.05, asked: .seconds(100)) == .seconds(100))
    }

    @Test func `an attempt that would begin beyond the lane's age limit is not made`() {
        let failed = FinalVerdict.retry(after: nil, why: "HTTP 503")
        let late = Self.settle(failed, Self.notification(lane: .priority, age: .seconds(1796)))
        #expect(late.event?.kind == .temporaryFailure && late.isParked)
        #expect(late.event?.reason?.hasSuffix("HTTP 503") == true)
        #expect(Self.settle(failed, Self.notification(lane: .priority, age: .seconds(1794))).retry != nil)
        #expect(Self.settle(failed, Self.notification(lane: .normal, age: .seconds(1796))).retry != nil)
        let waiting = Self.settle(.deferred(why: .stalled), Self.notification(lane: .priority, age: .seconds(1796)))
        #expect(waiting.event?.kind == .temporaryFailure && waiting.event?.attempt == 0 && waiting.isParked)
    }

    @Test func `its failed tries travel with a notification, are in its final event, and on its parked copy`() throws {
        func tries(_ attempt: Int) -> [FailedTry] {
            ["primary", "backup"].map {
                FailedTry(
                    attempt: attempt, provider: $0, verdict: .unavailable, reason: "refused", at: Self.now, took: .seconds(1))
            }
        }
        let failed = FinalVerdict.retry(after: nil, why: "refused")
        let first = Self.settle(failed, failures: tries(1))
        #expect(first.event?.failures == tries(1))
        let second = try #require(first.retry).notification
        #expect(second.history == tries(1))
        #expect(Self.settle(failed, second, failures: tries(2)).event?.failures == tries(2))
        #expect(Self.settle(.delivered(reference: nil), second).event?.failures == tries(1))
        var last = second
        last.attempt = 7
        let end = Self.settle(failed, last, failures: tries(7))
        #expect(end.event?.failures == tries(1) + tries(7))
        guard case .park(let parked, _, _) = end.next else { throw NotParked() }
        #expect(parked.history == tries(1) + tries(7))
    }

    @Test func `the history is bounded, and the last tries are kept`() {
        var notification = Self.notification()
        for attempt in 1...40 {
            notification.remember([
                FailedTry(attempt: attempt, provider: "a", reason: String(repeating: "x", count: 900), at: Self.now)
            ])
        }
        #expect(notification.history.map(\.attempt) == Array(40 - Notification.historyLimit + 1...40))
        #expect(notification.history.allSatisfy { $0.reason.utf8.count <= 120 })
    }

    @Test func `after the last retry delay it is a temporary failure and parked`() {
        let settlement = Self.settle(.retry(after: nil, why: "HTTP 503"), Self.notification(attempt: 7))
        #expect(settlement.event?.kind == .temporaryFailure)
        #expect(settlement.isParked)
    }

    @Test func `another schedule's delays and ends are kept`() {
        let twice = RetrySchedule(
            retryDelays: [.tenMinutes], maximumAttempts: 2, maximumAge: .seconds(3600), deferralDelays: [.thirtySeconds],
            maximumDeferrals: 1)
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

    @Test(arguments: [
        (1, RetryDelay.fiveSeconds), (29, .fiveSeconds), (30, .thirtySeconds), (119, .thirtySeconds), (121, .twoMinutes),
        (600, .tenMinutes),
    ])
    func `what waits for its turn within a rate is deferred about that long, and as often as needed`(
        seconds: Int, step: RetryDelay
    ) {
        var notification = Self.notification(attempt: 2)
        notification.deferrals = 36
        let settlement = Self.settle(.deferred(why: .limited, after: .seconds(seconds)), notification)
        #expect(settlement.event == nil)
        #expect(settlement.retry?.step == step)
        #expect(settlement.retry?.keepsTurn == true)
        #expect(settlement.retry?.notification.deferrals == 36)
        #expect(settlement.retry?.notification.attempt == 2)
    }

    @Test func `nothing expires by the guess of when its turn comes`() {
        let retry = Self.settle(
            .deferred(why: .limited, after: .seconds(590)), Self.notification(expiresIn: .seconds(300))
        ).retry
        #expect(retry?.wait == .seconds(294))
    }

    @Test func `what an account was called too often for is deferred at least as long as it asks, and spends no attempt`() {
        let verdict = FinalVerdict.deferred(why: .throttled, after: .seconds(60))
        let retry = Self.settle(verdict, Self.notification(attempt: 3)).retry
        #expect(retry?.wait == .seconds(60))
        #expect(retry?.keepsTurn == false)
        #expect(retry?.notification.attempt == 3)
        #expect(retry?.notification.deferrals == 1)
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

    @Test func `where the schedule risks no second copy, the priority lane gives an unknown outcome up as well`() {
        var careful = RetrySchedule.standard(for: .priority)
        careful.unknownOutcome = .givenUp
        let settlement = Self.settle(.unknown(why: "time-out after the data"), Self.notification(lane: .priority), careful)
        #expect(settlement.event?.kind == .technicalFailure && settlement.isParked)
    }
}

private struct NotParked: Error {}

extension Settlement {
    fileprivate var retry: Retry? { if case .retry(let retry) = next { retry } else { nil } }

    fileprivate var isParked: Bool {
        if case .park(_, .undeliverable, _) = next { true } else { false }
    }
}
