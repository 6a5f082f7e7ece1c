import Cancellations
import Contract
import Database
import Model
import Synchronization
import TestSupport
import Testing

@testable import Router

@Suite("A request in the stages")
struct StageTests {
    static let tenant = TenantName("acme")!
    static let ada = Listener(consumer: "ada", endpoint: Endpoint(id: .fresh(), medium: .email, address: "ada@example.org"))

    static func message(
        _ request: Request = Request(channels: ["news"], text: ["Title"]), id: RequestID = .fresh(), user: String = "acme",
        isRedelivered: Bool = false
    ) -> Submission {
        Submission(
            tenant: tenant, lane: request.lane, id: id, user: user, body: request.document.encoded(),
            isRedelivered: isRedelivered)
    }

    private func results(
        _ messages: [Submission], admission: RequestLedger.Admission = .first(Self.decisions), listeners: Int = 1,
        settings: RouterSettings = RouterSettings(), cancelled: CancelledRequests = CancelledRequests(),
        fault: @escaping @Sendable (Directory.PageQuery) -> Bool = { _ in false }
    ) async throws -> [StageResult<FanOut>] {
        let directory = Directory(
            find: { queries in
                queries.map { query in
                    var answer = Directory.Answer()
                    for channel in query.channels where channel != "unknown" { answer.channels[.init(channel)] = 1 }
                    for consumer in query.consumers where consumer != "nobody" { answer.consumers[.init(consumer)] = 5 }
                    return answer
                }
            },
            pages: { queries in
                if queries.contains(where: fault) {
                    throw DatabaseError.refused("22008", reason: "out of range", statement: "read listeners")
                }
                return queries.map { query in
                    ListenerPage(
                        listeners: Array(repeating: Self.ada, count: min(listeners, query.limit)), end: query.range.through,
                        isLast: listeners < query.limit)
                }
            },
            extent: { _, _ in
                Directory.Extent(range: ConsumerRange(after: 0, through: Int64(listeners)), consumers: listeners)
            })
        let ledger = RequestLedger(
            admit: { Dictionary(uniqueKeysWithValues: $0.map { (RequestLedger.Key($0), admission) }) },
            divide: { _, ranges in ranges }, divided: { _, _ in }, reject: { _ in })
        return try await RouterRole.expander(
            settings, trustedUsers: ["posthorn"], directory: directory, ledger: ledger, cancelled: cancelled
        ).expand(messages)
    }

    static let decisions = RequestLedger.Decisions(watermark: 9, ranges: nil)

    @Test func `a batch that is too large for one query is retried by halves`() async throws {
        let largest = Mutex(0)
        let stage = TimesOut(atMost: 2) { count in largest.withLock { $0 = max($0, count) } }
        let expander = Expander(
            admission: RouterRole.expander(
                RouterSettings(), trustedUsers: ["posthorn"],
                directory: Directory(
                    find: { _ in [] }, pages: { _ in [] },
                    extent: { _, _ in Directory.Extent(range: .everybody, consumers: 0) }),
                ledger: RequestLedger(
                    admit: { Dictionary(uniqueKeysWithValues: $0.map { (RequestLedger.Key($0), .first(Self.decisions)) }) },
                    divide: { _, ranges in ranges }, divided: { _, _ in }, reject: { _ in })
            ).admission, expansion: Pipeline(stage), retries: RouterRole.retries, log: .discarded)
        let results = try await within(.seconds(20), "the results") {
            try await expander.expand((0..<7).map { _ in Self.message() })
        }
        #expect(results.count == 7 && results.allSatisfy(\.hasProceeded))
        #expect(largest.withLock { $0 } == 7)
    }

    private func ending(_ message: Submission) async throws -> Ending? {
        if case .stop(let ending) = try await results([message])[0] { ending } else { nil }
    }

    private func fanOut(_ result: StageResult<FanOut>) throws -> FanOut {
        guard case .proceed(let fanOut) = result else { throw Missing() }
        return fanOut
    }

    struct Missing: Error {}

    /// A stage whose query times out for more than `limit` requests.
    private struct TimesOut: Stage {
        let limit: Int
        let note: @Sendable (Int) -> Void

        init(atMost limit: Int, note: @escaping @Sendable (Int) -> Void) {
            self.limit = limit
            self.note = note
        }

        func run(_ batch: Batch<AdmittedRequest>) async throws -> Batch<FanOut> {
            note(batch.values.count)
            guard batch.values.count <= limit else { throw DatabaseError.timedOut(statement: "read listeners") }
            return batch.map { _ in .proceed(FanOut()) }
        }
    }

    @Test func `a request is expanded into its notifications and their events`() async throws {
        let message = Self.message()
        let fanOut = try fanOut(try await results([message])[0])
        #expect(fanOut.notifications.map(\.consumer) == ["ada"])
        #expect(fanOut.notifications[0].id == .derived(request: message.id!, endpoint: Self.ada.endpoint.id, medium: .email))
        #expect(fanOut.notifications[0].duplicateRisk == .none)
        #expect(fanOut.events.map(\.kind) == ["created", "request-expanded"])
    }

    @Test func `the results are in the order of the requests`() async throws {
        let unknown = Self.message(Request(channels: ["unknown"], text: ["Title"]))
        let known = Self.message()
        let results = try await results([unknown, known, unknown.renamed, known])
        #expect(results.map(\.hasProceeded) == [false, true, false, false])
    }

    @Test func `an unknown channel or consumer is named`() async throws {
        #expect(
            try await ending(Self.message(Request(channels: ["unknown"], text: ["T"])))
                == .rejected(why: "channel: there is no channel \"unknown\"; somebody must listen to it first"))
        #expect(
            try await ending(Self.message(Request(text: ["T"], recipients: [.consumer("nobody")])))
                == .rejected(why: "to: there is no consumer \"nobody\"; register it first"))
    }

    @Test(arguments: [("acme", true), ("posthorn", true), ("other", false)])
    func `only the user of the service and Posthorn's own user may send for it`(user: String, isAllowed: Bool) async throws {
        #expect(try await results([Self.message(user: user)])[0].hasProceeded == isAllowed)
    }

    @Test func `a repeat of a finished request stops, and of an unfinished one is a possible duplicate`() async throws {
        #expect(!(try await results([Self.message()], admission: .finished(Self.decisions)))[0].hasProceeded)
        let fanOut = try fanOut(try await results([Self.message()], admission: .unfinished(Self.decisions))[0])
        #expect(fanOut.notifications.allSatisfy { $0.duplicateRisk == .possible })
    }

    @Test
    func `a finished request that is redelivered is a possible duplicate, because its notifications may not be on their lanes`()
        async throws
    {
        let message = Self.message(isRedelivered: true)
        let fanOut = try fanOut(try await results([message], admission: .finished(Self.decisions))[0])
        #expect(fanOut.notifications.map(\.duplicateRisk) == [.possible])
    }

    @Test func `an expired request is not expanded`() async throws {
        let late = Request(channels: ["news"], text: ["T"], expiresAt: Timestamp(seconds: 1))
        #expect(try await ending(Self.message(late)) == .expired)
    }

    @Test func `a cancelled request is not expanded, also under its dedupe key, and another service's of the same id is`()
        async throws
    {
        let request = Request(channels: ["news"], text: ["T"], dedupeKey: "order-1")
        let (named, keyed) = (Self.message(), RequestID.derived(tenant: Self.tenant, dedupeKey: "order-1"))
        let cancelled = CancelledRequests()
        cancelled.add([named.id!, keyed].map { Cancellation(tenant: Self.tenant, request: $0, at: .now) })
        let results = try await results([named, Self.message(request), Self.message()], cancelled: cancelled)
        #expect(results.map(\.ending) == [.cancelled, .cancelled, nil])
        let other = Submission(
            tenant: TenantName("other")!, lane: .normal, id: named.id!, user: "other", body: named.body)
        #expect(try await self.results([other], cancelled: cancelled)[0].hasProceeded)
    }

    @Test func `a request that is on record as cancelled never starts again`() async throws {
        let repeated = [Self.message(), Self.message(isRedelivered: true)]
        #expect(try await results(repeated, admission: .cancelled).map(\.ending) == [.cancelled, .cancelled])
    }

    @Test func `requests with the same dedupe key are the same request, whatever the message id`() async throws {
        let request = Request(channels: ["news"], text: ["T"], dedupeKey: "order-1")
        let results = try await results([Self.message(request), Self.message(request)])
        #expect(results.map(\.hasProceeded) == [true, false])
    }

    @Test func `a large audience becomes cursors for each medium that cover it without overlap`() async throws {
        var settings = RouterSettings()
        (settings.inlineLimit, settings.chunk) = (10, 250)
        let fanOut = try fanOut(try await results([Self.message()], listeners: 1001, settings: settings)[0])
        #expect(fanOut.notifications.isEmpty)
        for medium in Media.posthorn.all {
            let cursors = fanOut.cursors.filter { $0.medium == medium }
            #expect(cursors.map(\.after) == [0, 250, 500, 750])
            #expect(cursors.map(\.through) == [250, 500, 750, 1001])
        }
        #expect(fanOut.cursors.map(\.part) == Array(0..<8))
        #expect(fanOut.cursors.allSatisfy { $0.parts == 8 && $0.audience.watermark == 9 })
        #expect(fanOut.parts == 9)
    }

    @Test func `an audience of one chunk is one range, with cursors for the requested media only`()
        async throws
    {
        let request = Request(channels: ["news"], text: ["T"], media: [.webhook])
        let fanOut = try fanOut(try await results([Self.message(request)], listeners: 600)[0])
        #expect(fanOut.cursors.map(\.medium) == [.webhook])
        #expect(fanOut.cursors.map(\.through) == [600])
    }

    @Test func `a repeat is divided as before, even if the audience has changed`() async throws {
        let ranges = [ConsumerRange(after: 3, through: 40), ConsumerRange(after: 40, through: 70)]
        let decided = RequestLedger.Decisions(watermark: 4, ranges: ranges)
        for listeners in [0, 100_000] {
            let result = try await results([Self.message()], admission: .unfinished(decided), listeners: listeners)[0]
            let cursors = try fanOut(result).cursors.filter { $0.medium == .email }
            #expect(cursors.map(\.after) == [3, 40])
            #expect(cursors.map(\.through) == [40, 70])
            #expect(cursors.allSatisfy { $0.audience.watermark == 4 })
        }
    }

    @Test func `a request that no retry can fix is isolated, and the others proceed`() async throws {
        let broken = Request(text: ["T"], recipients: [.consumer("broken")])
        let messages = [Self.message(), Self.message(), Self.message(broken), Self.message(), Self.message()]
        let results = try await results(messages, fault: { $0.audience.consumers == [5] })
        #expect(results.map(\.hasProceeded) == [true, true, false, true, true])
        guard case .stop(.broken(let why)) = results[2] else {
            Issue.record("it is not broken")
            return
        }
        #expect(why.contains("22008"))
        for place in [0, 1, 3, 4] { #expect(try fanOut(results[place]).notifications.allSatisfy { $0.duplicateRisk == .none }) }
    }

    @Test func `a different request under a key that is in use is a conflict`() async throws {
        let one = Request(channels: ["news"], text: ["One"], dedupeKey: "k")
        let two = Request(channels: ["news"], text: ["Two"], dedupeKey: "k")
        let results = try await results([Self.message(one), Self.message(two), Self.message(one)])
        #expect(results[0].hasProceeded)
        #expect(results[1].ending == .conflict)
        #expect(results[2].ending == .repeated)
        #expect(try await self.results([Self.message(two)], admission: .conflict)[0].ending == .conflict)
    }

    @Test func `a request that is not authorised is not decoded`() async throws {
        let forged = Submission(tenant: Self.tenant, lane: .normal, id: .fresh(), user: "mallory", body: Array("no JSON".utf8))
        guard case .unauthorised? = try await results([forged])[0].ending else {
            Issue.record("it is authorised")
            return
        }
    }

    @Test func `an address that is named twice gets one notification`() async throws {
        let request = Request(text: ["T"], recipients: [.email("b@example.org"), .email("b@example.org")])
        let fanOut = try fanOut(try await results([Self.message(request)], listeners: 0)[0])
        #expect(fanOut.notifications.map(\.endpoint.address) == ["b@example.org"])
    }
}

extension StageResult {
    fileprivate var hasProceeded: Bool { if case .proceed = self { true } else { false } }
    fileprivate var ending: Ending? { if case .stop(let ending) = self { ending } else { nil } }
}

extension Submission {
    /// The same request under another id.
    fileprivate var renamed: Submission {
        Submission(tenant: tenant, lane: lane, id: .fresh(), user: user!, body: body)
    }
}
