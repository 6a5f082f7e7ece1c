import Model
import Runtime
import Testing

@testable import Senders

@Suite("The settings of providers and chains")
struct ChainSettingsTests {
    private func read(_ providers: String, _ chains: String = "") throws -> ChainSettings {
        var reader = try SettingsReader(environment: ["POSTHORN_EMAIL_PROVIDERS": providers, "POSTHORN_EMAIL_CHAINS": chains])
        let settings = ChainSettings(&reader, medium: .email)
        try reader.finish()
        return settings
    }

    @Test func `names alone are one chain in their order`() throws {
        let settings = try read("primary, backup")
        #expect(settings.names == ["primary", "backup"])
        #expect(settings.plan == ChainPlan(standard: Chain(ordered: ["primary", "backup"])))
        #expect(try read("").names.isEmpty)
    }

    @Test func `weights, rules and their conditions are read as they are written`() throws {
        let plan = try read(
            "a:70, b:30,c", "lane=priority service=shop: c, a ; country=nl,lane=bulk: a:1,b:2,c;service=post:b;"
        ).plan
        #expect(plan.standard == Chain(weighted: [.init("a", 70), .init("b", 30)], ordered: ["c"]))
        #expect(
            plan.rules == [
                ChainPlan.Rule(service: TenantName("shop")!, lane: .priority, chain: Chain(ordered: ["c", "a"])),
                ChainPlan.Rule(
                    lane: .bulk, country: "NL", chain: Chain(weighted: [.init("a", 1), .init("b", 2)], ordered: ["c"])),
                ChainPlan.Rule(service: TenantName("post")!, chain: Chain(ordered: ["b"])),
            ])
    }

    @Test(arguments: [
        ("a,A", "", "different names"), ("a b", "", "different names"), ("a:0", "", "the weight of a"),
        ("a:x", "", "the weight of a"),
        ("a,b:5", "", "put b:5 before a"), ("a", "b", "rules such as"), ("a", ": a", "rules such as"),
        ("a", "lane=fast: a", "lane=priority, lane=normal or lane=bulk"), ("a", "lane=bulk lane=bulk: a", "each once"),
        ("a", "colour=red: a", "service=…, lane=… or country=…"), ("a", "lane=bulk: b", "names b"),
        ("a", "lane=bulk:", "must name a provider"), ("a", "service=Bad Name: a", "each once"),
        ("a", "service=_: a", "cannot exist"),
        ("a", "country=NLD: a", "two letters"), ("a", "lane=bulk: ,", "must name a provider"),
    ])
    func `what is wrong is said with the setting's name`(providers: String, chains: String, expected: String) throws {
        let error = #expect(throws: SettingsError.self) { try read(providers, chains) }
        let problem = try #require(error?.problems.first)
        #expect(problem.hasPrefix(chains.isEmpty ? "POSTHORN_EMAIL_PROVIDERS " : "POSTHORN_EMAIL_CHAINS "))
        #expect(problem.contains(expected), "\(problem)")
    }

    @Test(arguments: [("true", UnknownOutcome.sentAgain), ("false", .givenUp), ("", .sentAgain)])
    func `only the priority lane can risk a second copy`(text: String, expected: UnknownOutcome) throws {
        var reader = try SettingsReader(environment: ["POSTHORN_EMAIL_REPEAT_UNKNOWN": text])
        let outcome = UnknownOutcome(&reader, medium: .email)
        try reader.finish()
        #expect(outcome == expected)
        for lane in Lane.allCases {
            let schedule = RetrySchedule.standard(for: lane).answering(outcome, on: lane)
            #expect(schedule.unknownOutcome == (lane == .priority ? expected : .givenUp))
        }
    }
}
