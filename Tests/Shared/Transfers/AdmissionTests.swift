import Testing

@testable import Transfers

@Suite struct AdmissionTests {
    private let later = ContinuousClock.now + .seconds(60)

    private func admitAll(_ admission: inout Admission<String>) -> [Admission<String>.Admitted] {
        var admitted: [Admission<String>.Admitted] = []
        while let next = admission.next() { admitted.append(next) }
        return admitted
    }

    @Test func keepsToTheLimitOfAHost() {
        var admission = Admission<String>(total: 10, perHost: 2)
        for item in ["a1", "a2", "a3", "a4"] { admission.add(item, host: "a", deadline: later) }
        let running = admitAll(&admission)
        #expect(running.map(\.item) == ["a1", "a2"])
        admission.finished(running[0].host)
        #expect(admitAll(&admission).map(\.item) == ["a3"])
        #expect(admission.waitingCount == 1)
    }

    @Test func letsHostsTakeTurns() {
        var admission = Admission<String>(total: 4, perHost: 3)
        for item in ["a1", "a2", "a3", "a4"] { admission.add(item, host: "a", deadline: later) }
        for item in ["b1", "b2"] { admission.add(item, host: "b", deadline: later) }
        let running = admitAll(&admission)
        #expect(running.map(\.item) == ["a1", "b1", "a2", "b2"])
        admission.finished(running[1].host)
        #expect(admitAll(&admission).map(\.item) == ["a3"])
    }

    @Test func expiresWhatWaitedTooLong() {
        let now = ContinuousClock.now
        var admission = Admission<String>(total: 1, perHost: 1)
        admission.add("a1", host: "a", deadline: now + .seconds(9))
        admission.add("a2", host: "a", deadline: now + .seconds(1))
        admission.add("b1", host: "b", deadline: now + .seconds(2))
        let running = admitAll(&admission)
        #expect(running.map(\.item) == ["a1"])
        #expect(admission.expire(at: now + .seconds(1)) == ["a2"])
        #expect(admission.expire(at: now + .seconds(2)) == ["b1"])
        #expect(admission.waitingCount == 0)
        admission.finished(running[0].host)
        #expect(admission.isIdle)
        #expect(admitAll(&admission).isEmpty)
    }

    @Test func carriesManyHostsThroughInOrder() {
        var admission = Admission<String>(total: 8, perHost: 1)
        for number in 0..<5000 { admission.add("\(number)", host: "\(number % 100)", deadline: later) }
        var done: [String] = []
        var running = admitAll(&admission)
        while !running.isEmpty {
            let first = running.removeFirst()
            done.append(first.item)
            admission.finished(first.host)
            running.append(contentsOf: admitAll(&admission))
        }
        #expect(done.count == 5000)
        #expect(Set(done).count == 5000)
        #expect(done.filter { Int($0)! % 100 == 7 } == (0..<50).map { "\($0 * 100 + 7)" })
        #expect(admission.isIdle)
    }
}
