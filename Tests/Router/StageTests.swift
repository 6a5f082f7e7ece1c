import Contract
import Model
import Testing

@testable import Router

@Suite("A request's way through the stages")
struct StageTests {
    static let service = ServiceName("acme")!
    static let ada = Listener(consumer: "ada", endpoint: Endpoint(id: .fresh(), medium: .email, address: "ada@example.org"))

    static func message(
        _ request: Request = Request(channels: ["news"], text: ["Title"]), id: RequestID = .fresh(), user: String = "acme"
    ) -> Submission {
        Submission(service: service, lane: request.lane, id: id, user: user, body: request.document.encoded())
    }

    private func passages(
        _ messages: [Submission], sighting: RequestLedger.Sighting = .first, listeners: Int = 1,
        settings: RouterSettings = RouterSettings()
    ) async throws -> [Passage<FanOut>] {
        let directory = Directory(
            find: { enquiries in
                enquiries.map { enquiry in
                    var answer = Directory.Answer(watermark: 9)
                    for channel in enquiry.channels where channel != "unknown" { answer.channels[channel] = 1 }
                    for consumer in enquiry.consumers where consumer != "nobody" { answer.consumers[consumer] = 5 }
                    return answer
                }
            },
            page: { _, range, _, limit in
                ListenerPage(
                    listeners: Array(repeating: Self.ada, count: min(listeners, limit)), end: range.through,
                    isLast: listeners < limit)
            },
            lastConsumer: { _ in Int64(listeners) })
        let ledger = RequestLedger(
            admit: { Dictionary(uniqueKeysWithValues: $0.map { (RequestLedger.Key($0), sighting) }) }, divided: { _, _ in })
        return try await RouterRole.stages(settings, trustedUsers: ["posthorn"], directory: directory, ledger: ledger).run(
            messages)
    }

    private func ending(_ message: Submission) async throws -> Ending? {
        if case .ended(let ending) = try await passages([message])[0] { ending } else { nil }
    }

    private func fanOut(_ passage: Passage<FanOut>) throws -> FanOut {
        guard case .onward(let fanOut) = passage else { throw Missing() }
        return fanOut
    }

    struct Missing: Error {}

    @Test func `a request comes out as its notifications and their events`() async throws {
        let message = Self.message()
        let fanOut = try fanOut(try await passages([message])[0])
        #expect(fanOut.notifications.map(\.consumer) == ["ada"])
        #expect(fanOut.notifications[0].id == .derived(request: message.id!, endpoint: Self.ada.endpoint.id, medium: .email))
        #expect(fanOut.notifications[0].suspicion == .none)
        #expect(fanOut.events.map(\.kind) == ["created", "request-expanded"])
    }

    @Test func `each passage keeps its request's place`() async throws {
        let unknown = Self.message(Request(channels: ["unknown"], text: ["Title"]))
        let known = Self.message()
        let passages = try await passages([unknown, known, unknown.renamed, known])
        #expect(passages.map(\.isOnward) == [false, true, false, false])
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
        #expect(try await passages([Self.message(user: user)])[0].isOnward == isAllowed)
    }

    @Test func `a repeat of what is done ends, and of what may be half done is suspect`() async throws {
        #expect(!(try await passages([Self.message()], sighting: .finished))[0].isOnward)
        let fanOut = try fanOut(try await passages([Self.message()], sighting: .unfinished)[0])
        #expect(fanOut.notifications.allSatisfy { $0.suspicion == .suspect })
    }

    @Test func `what is over ends before its fan-out`() async throws {
        let late = Request(channels: ["news"], text: ["T"], expiresAt: Timestamp(seconds: 1))
        #expect(try await ending(Self.message(late)) == .expired)
    }

    @Test func `the same dedupe key is the same request whatever its message id`() async throws {
        let request = Request(channels: ["news"], text: ["T"], dedupeKey: "order-1")
        let passages = try await passages([Self.message(request), Self.message(request)])
        #expect(passages.map(\.isOnward) == [true, false])
    }

    @Test func `a large audience becomes cursors that cover it without overlap`() async throws {
        var settings = RouterSettings()
        settings.inlineLimit = 10
        let fanOut = try fanOut(try await passages([Self.message()], listeners: 1001, settings: settings)[0])
        #expect(fanOut.notifications.isEmpty)
        #expect(fanOut.cursors.map(\.after) == [0, 250, 500, 750])
        #expect(fanOut.cursors.map(\.through) == [250, 500, 750, 1001])
        #expect(fanOut.divided?.request == fanOut.cursors[0].request)
    }

    @Test func `an address that is named twice gets one notification`() async throws {
        let request = Request(text: ["T"], recipients: [.email("b@example.org"), .email("b@example.org")])
        let fanOut = try fanOut(try await passages([Self.message(request)], listeners: 0)[0])
        #expect(fanOut.notifications.map(\.endpoint.address) == ["b@example.org"])
    }
}

extension Passage {
    fileprivate var isOnward: Bool { if case .onward = self { true } else { false } }
}

extension Submission {
    /// The same request under another id.
    fileprivate var renamed: Submission {
        Submission(service: service, lane: lane, id: .fresh(), user: user!, body: body)
    }
}
