import Lookups
import Testing

@Suite struct LookupTableTests {
    private let start = ContinuousClock.now

    private func table(capacity: Int = 100) -> LookupTable<String, Int> {
        LookupTable(ages: .init(due: .seconds(8), limit: .seconds(10), outage: .seconds(600)), capacity: capacity)
    }

    private func name(_ finding: LookupTable<String, Int>.Finding) -> String {
        switch finding {
        case .fresh(let value): "fresh \(value)"
        case .due(let value): "due \(value)"
        case .nothing: "nothing"
        }
    }

    @Test func makesOneCallerAskWhileTheOthersGoOn() {
        var table = table()
        #expect(name(table.find("a", at: start)) == "nothing")
        table.store("a", 1, at: start)
        #expect(name(table.find("a", at: start + .seconds(7))) == "fresh 1")
        #expect(name(table.find("a", at: start + .seconds(8))) == "due 1")
        #expect(name(table.find("a", at: start + .seconds(9))) == "fresh 1")
        table.store("a", 2, at: start + .seconds(9))
        #expect(name(table.find("a", at: start + .seconds(16))) == "fresh 2")
    }

    @Test func goesOnWithTheOldDuringAnOutageAndAsksNowAndThen() {
        var table = table()
        table.store("a", 1, at: start)
        #expect(name(table.find("a", at: start + .seconds(60))) == "due 1")
        #expect(name(table.find("a", at: start + .milliseconds(60_400))) == "fresh 1")
        #expect(name(table.find("a", at: start + .milliseconds(60_600))) == "due 1")
        #expect(name(table.find("a", at: start + .seconds(601))) == "nothing")
    }

    @Test func neverHoldsMoreThanItsCapacity() {
        var table = table(capacity: 10)
        for number in 0..<1000 { table.store("\(number)", number, at: start) }
        #expect(name(table.find("999", at: start)) == "fresh 999")
        #expect(name(table.find("0", at: start)) == "nothing")
    }

    @Test func showsAValueWithoutMakingAnybodyAsk() {
        var table = table()
        #expect(table.peek("a", at: start) == nil)
        table.store("a", 1, at: start)
        #expect(table.peek("a", at: start + .seconds(9)) == 1)
        #expect(name(table.find("a", at: start + .seconds(9))) == "due 1")
        #expect(table.peek("a", at: start + .seconds(600)) == nil)
    }

    @Test func forgetsWhatIsRemoved() {
        var table = table(capacity: 4)
        for name in ["a", "b", "c"] { table.store(name, 1, at: start) }
        table.remove("a")
        #expect(name(table.find("a", at: start)) == "nothing")
    }
}
