import Runtime
import Testing

@Suite struct ReadinessTests {
    @Test func `a process is ready when every condition is met`() {
        let readiness = Readiness()
        #expect(readiness.unmet.isEmpty)
        let (broker, topology) = (readiness.condition("broker"), readiness.condition("topology"))
        #expect(readiness.unmet == ["broker", "topology"])
        broker.set(true)
        #expect(readiness.unmet == ["topology"])
        topology.set(true)
        #expect(readiness.unmet.isEmpty)
        broker.set(false)
        #expect(readiness.unmet == ["broker"])
    }
}
