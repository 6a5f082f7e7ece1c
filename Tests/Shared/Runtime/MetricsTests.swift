import Runtime
import Testing

@Suite struct MetricsTests {
    @Test func `the exposition is in Prometheus's text format`() {
        let metrics = Metrics()
        metrics.counter("posthorn_b_total", "Things.", labels: [("lane", "bulk"), ("why", "a\"b\\c\nd")]).increment(by: 3)
        metrics.gauge("posthorn_c", "Depth.").set(-2)
        let spread = metrics.histogram("posthorn_a_seconds", "Time.", labels: [("lane", "bulk")], buckets: [0.1, 1])
        for duration: Duration in [.milliseconds(50), .milliseconds(100), .milliseconds(500), .seconds(5)] {
            spread.observe(duration)
        }
        #expect(
            metrics.exposition() == #"""
                # HELP posthorn_a_seconds Time.
                # TYPE posthorn_a_seconds histogram
                posthorn_a_seconds_bucket{lane="bulk",le="0.1"} 2
                posthorn_a_seconds_bucket{lane="bulk",le="1.0"} 3
                posthorn_a_seconds_bucket{lane="bulk",le="+Inf"} 4
                posthorn_a_seconds_sum{lane="bulk"} 5.65
                posthorn_a_seconds_count{lane="bulk"} 4
                # HELP posthorn_b_total Things.
                # TYPE posthorn_b_total counter
                posthorn_b_total{lane="bulk",why="a\"b\\c\nd"} 3
                # HELP posthorn_c Depth.
                # TYPE posthorn_c gauge
                posthorn_c -2

                """#)
    }

    @Test func `the same name and labels return the same counter`() {
        let metrics = Metrics()
        metrics.counter("a", "A.", labels: [("l", "1")]).increment()
        metrics.counter("a", "A.", labels: [("l", "1")]).increment()
        metrics.counter("a", "A.", labels: [("l", "2")]).increment()
        #expect(metrics.counter("a", "A.", labels: [("l", "1")]).value == 2)
        #expect(metrics.exposition().split(separator: "\n").filter { $0.hasPrefix("a{") }.count == 2)
    }

    @Test func `a counter counts concurrent increments`() async {
        let counter = Metrics().counter("a", "A.")
        await withTaskGroup { group in
            for _ in 1...8 { group.addTask { for _ in 1...1000 { counter.increment() } } }
        }
        #expect(counter.value == 8000)
    }
}
