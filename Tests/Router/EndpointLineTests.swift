import Broker
import Contract
import Model
import Testing

@testable import Router

@Suite("Each consumer gets one notification, with its other endpoints as alternatives")
struct EndpointLineTests {
    static let hook = Endpoint(id: .fresh(), medium: .webhook, address: "https://example.org/")
    static let mail = Endpoint(id: .fresh(), medium: .email, address: "ada@example.org")

    /// Two consumers with two endpoints each, and one with a mail address only.
    private static let listeners = [
        Listener(consumer: "ada", number: 1, endpoint: hook), Listener(consumer: "ada", number: 1, endpoint: mail),
        Listener(consumer: "bob", number: 2, endpoint: mail), Listener(consumer: "bob", number: 2, endpoint: hook),
        Listener(consumer: "eve", number: 3, endpoint: mail),
    ]

    private static func expand(_ request: Request, inlineLimit: Int = 500) async throws -> FanOut {
        var settings = RouterSettings()
        settings.inlineLimit = inlineLimit
        let directory = Directory(
            find: { $0.map { _ in Directory.Answer(channels: ["news": 1]) } },
            pages: { queries in
                queries.map { query in
                    ListenerPage(
                        listeners: listeners.filter { query.media?.contains($0.endpoint.medium) ?? true },
                        end: query.range.through, isLast: query.limit > 3)
                }
            }, extent: { _, _ in Directory.Extent(range: ConsumerRange(after: 0, through: 3), consumers: 3) })
        let ledger = RequestLedger(
            admit: { Dictionary(uniqueKeysWithValues: $0.map { (RequestLedger.Key($0), .first(StageTests.decisions)) }) },
            divide: { _, ranges in ranges }, divided: { _, _ in }, reject: { _ in })
        let result = try await RouterRole.expander(
            settings, trustedUsers: ["posthorn"], directory: directory, ledger: ledger
        ).expand([StageTests.message(request)])[0]
        guard case .proceed(let fanOut) = result else { throw StageTests.Missing() }
        return fanOut
    }

    @Test func `in the order of the request's media`() async throws {
        let request = Request(channels: ["news"], text: ["T"], media: [.webhook, .email], delivery: .first)
        let fanOut = try await Self.expand(request)
        #expect(fanOut.notifications.map(\.consumer) == ["ada", "bob", "eve"])
        #expect(fanOut.notifications.map(\.medium) == [.webhook, .webhook, .email])
        #expect(fanOut.notifications.map(\.alternatives?.endpoints) == [[Self.mail], [Self.mail], nil])
    }

    @Test func `in the order of the installation's media if the request names none`() async throws {
        let fanOut = try await Self.expand(Request(channels: ["news"], text: ["T"], delivery: .first))
        #expect(fanOut.notifications.map(\.medium) == [.email, .email, .email])
    }

    @Test func `on the media of the request only`() async throws {
        let fanOut = try await Self.expand(Request(channels: ["news"], text: ["T"], media: [.webhook], delivery: .first))
        #expect(fanOut.notifications.map(\.consumer) == ["ada", "bob"])
        #expect(fanOut.notifications.allSatisfy { $0.alternatives == nil })
    }

    @Test func `otherwise each endpoint gets one`() async throws {
        let fanOut = try await Self.expand(Request(channels: ["news"], text: ["T"], media: [.webhook, .email]))
        #expect(fanOut.notifications.count == 5)
        #expect(fanOut.notifications.allSatisfy { $0.alternatives == nil })
    }

    @Test func `the cursors of a large audience have the order`() async throws {
        let request = Request(channels: ["news"], text: ["T"], media: [.webhook, .email], delivery: .first)
        let cursors = try await Self.expand(request, inlineLimit: 1).cursors
        #expect(cursors.map(\.medium) == [.email, .webhook])
        #expect(cursors.allSatisfy { $0.order == EndpointOrder([.webhook, .email]) })
        let all = try await Self.expand(Request(channels: ["news"], text: ["T"]), inlineLimit: 1).cursors
        #expect(all.allSatisfy { $0.order == nil })
    }

    @Test func `a stage over listeners decides on each endpoint, and the line closes up`() {
        let source = FanOutSource(CursorTests.cursor)
        let reason = DropReason(label: "suppressed")
        var batch = ListenerBatch(EndpointOrder([.webhook, .email]).lines(of: Self.listeners), of: source)
        batch.apply { _, listener in listener.endpoint == Self.hook ? .drop(reason) : .deliver }
        #expect(batch.listeners.map(\.consumer) == ["ada", "bob", "eve"])
        #expect(batch.listeners.allSatisfy { $0.endpoint == Self.mail && $0.alternatives.isEmpty && $0.number != nil })
        #expect(batch.dropped == [reason: 2])
        batch.apply { _, _ in .drop(reason) }
        #expect(batch.listeners.isEmpty && batch.dropped == [reason: 5])
    }

    @Test func `a notification that became poison continues on the next endpoint, as a possible duplicate`() throws {
        let line = EndpointOrder([.webhook, .email]).lines(of: Self.listeners)[0]
        let notification = FanOutSource(CursorTests.cursor).notification(for: line, duplicateRisk: .none)
        let message = NotificationMessage(notification).outgoing()
        let report = PoisonReport(
            Delivery(
                tag: DeliveryTag(epoch: 1, number: 1), exchange: message.exchange, routingKey: message.routingKey,
                isRedelivered: false, properties: message.properties, body: message.body), trustedUsers: [], at: .now)
        let next = try #require(report.fanOut.notifications.first)
        #expect(next.endpoint == Self.mail && next.duplicateRisk == .possible)
        guard case .notification(let event)? = report.fanOut.events.first else { throw StageTests.Missing() }
        #expect(event.kind == .technicalFailure && event.continuation?.notification == next.id)
    }
}
