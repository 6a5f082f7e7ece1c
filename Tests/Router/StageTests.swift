import Contract
import Database
import Model
import Synchronization
import TestSupport
import Testing

@testable import Router

@Suite("A request's way through the stages")
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
        _ messages: [Submission], sighting: RequestLedger.Sighting = .first(Self.decisions), listeners: Int = 1,
        settings: RouterSettings = RouterSettings(), fault: @escaping @Sendable (Directory.PageEnquiry) -> Bool = { _ in false }
    ) async throws -> [StageResult<FanOut>] {
        let directory = Directory(
            find: { enquiries in
                enquiries.map { enquiry in
                    var answer = Directory.Answer()
                    for channel in enquiry.channels where channel != "unknown" { answer.channels[.init(channel)] = 1 }
                    for consumer in enquiry.consumers where consumer != "nobody" { answer.consumers[.init(consumer)] = 5 }
                    return answer
                }
            },
            pages: { enquiries in
                if enquiries.contains(where: fault) {
                    throw DatabaseError.refused("22008", reason: "out of range", statement: "read listeners")
                }
                return enquiries.map { enquiry in
                    ListenerPage(
                        listeners: Array(repeating: Self.ada, count: min(listeners, enquiry.limit)), end: enquiry.range.through,
                        isLast: listeners < enquiry.limit)
                }
            },
            extent: { _, _ in
                Directory.Extent(range: ConsumerRange(after: 0, through: Int64(listeners)), consumers: listeners)
            })
        let ledger = RequestLedger(
            admit: { Dictionary(uniqueKeysWithValues: $0.map { (RequestLedger.Key($0), sighting) }) },
            divide: { _, ranges in ranges }, divided: { _, _ in }, reject: { _ in })
        return try await RouterRole.expander(settings, trustedUsers: ["posthorn"], directory: directory, ledger: ledger).expand(
            messages)
    }

    static let decisions = RequestLedger.Decisions(watermark: 9, ranges: nil)

    @Test func `what is too much for one try is tried by halves`() async throws {
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
        let results = try await within(.seconds(20), "passages") {
            try await expander.expand((0..<7).map { _ in Self.message() })
        }
        #expect(results.count == 7 && results.allSatisfy(\.isOnward))
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

    /// A stage whose question takes too long where it is about more than so many requests.
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

    @Test func `a request comes out as its notifications and their events`() async throws {
        let message = Self.message()
        let fanOut = try fanOut(try await results([message])[0])
        #expect(fanOut.notifications.map(\.consumer) == ["ada"])
        #expect(fanOut.notifications[0].id == .derived(request: message.id!, endpoint: Self.ada.endpoint.id, medium: .email))
        #expect(fanOut.notifications[0].duplicateRisk == .none)
        #expect(fanOut.events.map(\.kind) == ["created", "request-expanded"])
    }

    @Test func `each passage keeps its request's place`() async throws {
        let unknown = Self.message(Request(channels: ["unknown"], text: ["Title"]))
        let known = Self.message()
        let results = try await results([unknown, known, unknown.renamed, known])
        #expect(results.map(\.isOnward) == [false, true, false, false])
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
    func `only the service's own user and Posthorn's may send for it`(user: String, isAllowed: Bool) async throws {
        #expect(try await results([Self.message(user: user)])[0].isOnward == isAllowed)
    }

    @Test func `a repeat of what is done ends, and of what may be half done is suspect`() async throws {
        #expect(!(try await results([Self.message()], sighting: .finished(Self.decisions)))[0].isOnward)
        let fanOut = try fanOut(try await results([Self.message()], sighting: .unfinished(Self.decisions))[0])
        #expect(fanOut.notifications.allSatisfy { $0.duplicateRisk == .possible })
    }

    @Test func `what is done and comes again goes on as suspect, because its notifications may not be on their lanes`()
        async throws
    {
        let message = Self.message(isRedelivered: true)
        let fanOut = try fanOut(try await results([message], sighting: .finished(Self.decisions))[0])
        #expect(fanOut.notifications.map(\.duplicateRisk) == [.possible])
    }

    @Test func `what is over ends before its fan-out`() async throws {
        let late = Request(channels: ["news"], text: ["T"], expiresAt: Timestamp(seconds: 1))
        #expect(try await ending(Self.message(late)) == .expired)
    }

    @Test func `the same dedupe key is the same request whatever its message id`() async throws {
        let request = Request(channels: ["news"], text: ["T"], dedupeKey: "order-1")
        let results = try await results([Self.message(request), Self.message(request)])
        #expect(results.map(\.isOnward) == [true, false])
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

    @Test func `an audience that is large for one chunk only is one range, and only of the media that are asked for`()
        async throws
    {
        let request = Request(channels: ["news"], text: ["T"], media: [.webhook])
        let fanOut = try fanOut(try await results([Self.message(request)], listeners: 600)[0])
        #expect(fanOut.cursors.map(\.medium) == [.webhook])
        #expect(fanOut.cursors.map(\.through) == [600])
    }

    @Test func `a repeat is divided as it was before, whoever has come since`() async throws {
        let ranges = [ConsumerRange(after: 3, through: 40), ConsumerRange(after: 40, through: 70)]
        let decided = RequestLedger.Decisions(watermark: 4, ranges: ranges)
        for listeners in [0, 100_000] {
            let result = try await results([Self.message()], sighting: .unfinished(decided), listeners: listeners)[0]
            let cursors = try fanOut(result).cursors.filter { $0.medium == .email }
            #expect(cursors.map(\.after) == [3, 40])
            #expect(cursors.map(\.through) == [40, 70])
            #expect(cursors.allSatisfy { $0.audience.watermark == 4 })
        }
    }

    @Test func `what no try can mend is found alone, and the others go on`() async throws {
        let broken = Request(text: ["T"], recipients: [.consumer("broken")])
        let messages = [Self.message(), Self.message(), Self.message(broken), Self.message(), Self.message()]
        let results = try await results(messages, fault: { $0.audience.consumers == [5] })
        #expect(results.map(\.isOnward) == [true, true, false, true, true])
        guard case .stop(.broken(let why)) = results[2] else {
            Issue.record("it is not broken")
            return
        }
        #expect(why.contains("22008"))
        for place in [0, 1, 3, 4] { #expect(try fanOut(results[place]).notifications.allSatisfy { $0.duplicateRisk == .none }) }
    }

    @Test func `another request under a key that is in use is no repeat`() async throws {
        let one = Request(channels: ["news"], text: ["One"], dedupeKey: "k")
        let two = Request(channels: ["news"], text: ["Two"], dedupeKey: "k")
        let results = try await results([Self.message(one), Self.message(two), Self.message(one)])
        #expect(results[0].isOnward)
        #expect(results[1].ending == .conflict)
        #expect(results[2].ending == .repeated)
        #expect(try await self.results([Self.message(two)], sighting: .conflict)[0].ending == .conflict)
    }

    @Test func `what is not authorised is not even read`() async throws {
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
    fileprivate var isOnward: Bool { if case .proceed = self { true } else { false } }
    fileprivate var ending: Ending? { if case .stop(let ending) = self { ending } else { nil } }
}

extension Submission {
    /// The same request under another id.
    fileprivate var renamed: Submission {
        Submission(tenant: tenant, lane: lane, id: .fresh(), user: user!, body: body)
    }
}
