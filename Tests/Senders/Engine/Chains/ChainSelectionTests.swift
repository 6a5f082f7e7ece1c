import Model
import Testing

@testable import Senders

@Suite("The chain of a notification")
struct ChainSelectionTests {
    private static let names = ["a", "b", "c"]
    private static let shop = TenantName("shop")!

    private func selection(
        _ rules: [ChainPlan.Rule], _ standard: Chain = Chain(ordered: ["a"]), lane: Lane = .normal, country: String? = nil
    ) -> ChainSelection {
        ChainSelection(ChainPlan(rules: rules, standard: standard), lane: lane, names: Self.names, country: { _ in country })
    }

    private func order(_ selection: ChainSelection, tenant: String = "shop", lane: Lane = .normal) -> [Int] {
        let notification = SettlementTests.fanOut(of: 1, tenant: tenant, lane: lane)[0]
        return selection.chain(for: notification).order([100, 100, 100], draw: 0)
    }

    private static let rules = [
        ChainPlan.Rule(service: shop, lane: .bulk, chain: Chain(ordered: ["c"])),
        ChainPlan.Rule(service: shop, chain: Chain(ordered: ["b"])),
        ChainPlan.Rule(lane: .priority, chain: Chain(ordered: ["c", "a"])),
    ]

    @Test(arguments: [
        ("shop", Lane.normal, [1]), ("shop", .bulk, [2]), ("shop", .priority, [1]), ("other", .normal, [0]),
        ("other", .bulk, [0]), ("other", .priority, [2, 0]),
    ])
    func `the first rule that applies decides`(tenant: String, lane: Lane, expected: [Int]) {
        #expect(order(selection(Self.rules, lane: lane), tenant: tenant, lane: lane) == expected)
    }

    @Test(arguments: [(nil, [0]), ("NL", [1]), ("DE", [0])] as [(String?, [Int])])
    func `a rule for a country applies where the country is known`(country: String?, expected: [Int]) {
        let rule = ChainPlan.Rule(country: "NL", chain: Chain(ordered: ["b"]))
        #expect(order(selection([rule], country: country)) == expected)
    }

    @Test func `a lane whose notifications all have the same order has a fixed one`() {
        #expect(selection([], Chain(ordered: ["c", "b"])).fixed == [2, 1])
        #expect(selection(Self.rules, lane: .normal).fixed == nil)
        // A rule for the whole lane is its chain.
        let whole = ChainPlan.Rule(lane: .priority, chain: Chain(ordered: ["b", "a"]))
        #expect(selection([whole] + Self.rules, lane: .priority).fixed == [1, 0])
        #expect(selection([], Chain(weighted: [.init("a", 1)])).fixed == nil)
    }

    @Test(arguments: [
        (0.0, [0, 1, 2]), (0.59, [0, 1, 2]), (0.61, [1, 0, 2]), (0.99, [1, 0, 2]),
    ])
    func `one of the weighted is first by chance, the heaviest of the others follows, and then those without a weight`(
        draw: Double, expected: [Int]
    ) {
        let chain = ChainSelection.Placed(
            Chain(weighted: [.init("a", 60), .init("b", 40)], ordered: ["c"]), ["a": 0, "b": 1, "c": 2])
        #expect(chain.order([100, 100, 100], draw: draw) == expected)
    }

    @Test func `with less of its weight a provider is first less often, and never without any`() {
        let chain = ChainSelection.Placed(Chain(weighted: [.init("a", 50), .init("b", 50)]), ["a": 0, "b": 1])
        func share(_ levels: [Int]) -> Double {
            let draws = stride(from: 0.0, to: 1.0, by: 0.001)
            return Double(draws.filter { chain.order(levels, draw: $0)[0] == 0 }.count) / 1000
        }
        #expect(share([100, 100]) == 0.5)
        #expect(abs(share([50, 100]) - 1.0 / 3) < 0.01)
        #expect(share([0, 100]) == 0)
        #expect(chain.order([0, 100], draw: 0.3) == [1, 0])
        // If none has any left, all are as they were set.
        #expect(share([0, 0]) == 0.5)
    }

    @Test func `only the last of all its chains has nothing after it`() {
        let plan = ChainPlan(
            rules: [ChainPlan.Rule(service: Self.shop, chain: Chain(ordered: ["c"]))],
            standard: Chain(weighted: [.init("a", 1), .init("b", 1)]))
        #expect(plan.mayProceed(from: "a") && plan.mayProceed(from: "b") && !plan.mayProceed(from: "c"))
        #expect(!Chain(weighted: [.init("a", 1)], ordered: ["b"]).mayProceed(from: "b"))
        #expect(!Chain(weighted: [.init("a", 1)]).mayProceed(from: "a"))
    }
}
