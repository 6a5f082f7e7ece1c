import Testing

@testable import Model

@Suite("The order in which a consumer's endpoints are tried")
struct EndpointOrderTests {
    private static func endpoint(_ medium: Medium, _ number: UInt64) -> Endpoint {
        Endpoint(id: EndpointID(high: 0, low: number), medium: medium, address: "\(number)")
    }

    private static func addresses(_ order: [Medium], _ endpoints: [Endpoint]) -> [String] {
        EndpointOrder(order).line(of: endpoints).map(\.address)
    }

    @Test func `it is that of the media, and on one medium the oldest endpoint comes first`() {
        let endpoints = [Self.endpoint(.email, 3), Self.endpoint(.webhook, 2), Self.endpoint(.email, 1)]
        #expect(Self.addresses([.email, .webhook], endpoints) == ["1", "3", "2"])
        #expect(Self.addresses([.webhook, .email], endpoints) == ["2", "1", "3"])
    }

    @Test func `endpoints of other media are not tried`() {
        let endpoints = [Self.endpoint(.email, 1), Self.endpoint(.webhook, 2)]
        #expect(Self.addresses([.webhook], endpoints) == ["2"])
        #expect(Self.addresses([], endpoints).isEmpty)
    }

    @Test func `of too many endpoints each medium keeps its first ones`() {
        let hooks = (1...40).map { Self.endpoint(.webhook, $0) }
        let line = Self.addresses([.webhook, .email], hooks + [Self.endpoint(.email, 90), Self.endpoint(.email, 91)])
        #expect(line == (1...14).map { "\($0)" } + ["90", "91"])
        #expect(line.count == EndpointOrder.limit)
    }

    @Test func `what remains of it begins with a medium`() {
        let order = EndpointOrder([.webhook, .email])
        #expect(order.starting(with: .email) == EndpointOrder([.email]))
        #expect(order.starting(with: .webhook) == order)
    }
}
