import Testing

@testable import Model

@Suite("The notification of the next endpoint")
struct NextEndpointTests {
    static let endpoints = (0..<3).map { number in
        Endpoint(id: .fresh(), medium: number == 1 ? .webhook : .email, address: "address \(number)")
    }

    static func notification(_ duplicateRisk: DuplicateRisk = .none) throws -> Notification {
        Notification(
            request: .fresh(), tenant: TenantName("acme")!, reference: "r", lane: .bulk, traffic: .burst, consumer: "ada",
            endpoint: endpoints[0], attempt: 7, deferrals: 3, duplicateRisk: duplicateRisk, possibleDuplicateSince: .now,
            notBefore: .now, expiresAt: Timestamp(seconds: 9), traceparent: "t", content: EncodedContent(bytes: [1]),
            values: try NotificationValues(["name": "Ada"]), alternatives: Alternatives(endpoints.dropFirst()))
    }

    @Test func `begins with its first attempt and keeps everything that concerns the consumer`() throws {
        let first = try Self.notification()
        let next = try #require(first.onNextEndpoint)
        #expect(next.id == .derived(request: first.request, endpoint: Self.endpoints[1].id, medium: .webhook))
        #expect(next.endpoint == Self.endpoints[1])
        #expect(next.attempt == 1 && next.deferrals == 0 && next.notBefore == nil)
        #expect(next.duplicateRisk == .none && next.possibleDuplicateSince == nil)
        #expect(next.consumer == "ada" && next.lane == .bulk && next.traffic == .burst && next.reference == "r")
        #expect(next.expiresAt == first.expiresAt && next.content == first.content && next.values == first.values)
        #expect(next.traceparent == "t")
    }

    @Test func `the last endpoint of the line has none`() throws {
        let last = try #require(try Self.notification().onNextEndpoint?.onNextEndpoint)
        #expect(last.endpoint == Self.endpoints[2])
        #expect(last.onNextEndpoint == nil)
    }

    @Test(arguments: [DuplicateRisk.possible, .delayed])
    func `is a possible duplicate if the one before was, because that one may have continued before`(risk: DuplicateRisk) throws {
        #expect(try Self.notification(risk).onNextEndpoint?.duplicateRisk == .possible)
    }

    @Test func `its creation follows from the event of the failure`() throws {
        let first = try Self.notification()
        let next = try #require(first.onNextEndpoint)
        let event = NotificationEvent(.permanentFailure, of: first, attempt: 7, at: .now, reason: "HTTP 410", finding: .gone)
        #expect(event.creationOfContinuation == nil)
        let created = try #require(event.continued(as: next).creationOfContinuation)
        #expect(created == NotificationEvent(.created, of: next, attempt: 0, at: event.at))
    }
}
