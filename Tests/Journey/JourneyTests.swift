import Model
import ProviderDouble
import Testing
import Topology

@Suite("A message's journey through broker, router, senders and recorder")
struct JourneyTests {
    @Test func `one request reaches every endpoint once, and each status is on record`() async throws {
        let provider = ProviderDouble()
        try await Installation.running(provider: provider) { installation in
            try await installation.fill(channel: "news", consumers: 20)
            let id = RequestID.fresh()
            try await installation.publish([(id, Request(channels: ["news"], text: ["Title", "Body"]))])
            try await installation.eventually("all delivered") { try await installation.counts(of: id) == ["delivered": 20] }
            try await installation.eventually("expanded") { try await installation.state(of: id)?.state == "expanded" }
            #expect(Set(provider.deliveries).count == 20)
            #expect(provider.deliveries.count == 20)
        }
    }

    @Test func `a large channel is expanded chunk by chunk, everybody once`() async throws {
        let provider = ProviderDouble()
        try await Installation.running(provider: provider, chunk: 300) { installation in
            try await installation.fill(channel: "everybody", consumers: 5000)
            let id = RequestID.fresh()
            try await installation.publish([(id, Request(channels: ["everybody"], text: ["Title"], lane: .bulk))])
            try await installation.eventually("all delivered") { try await installation.counts(of: id) == ["delivered": 5000] }
            try await installation.eventually("expanded") { try await installation.state(of: id)?.state == "expanded" }
            #expect(Set(provider.deliveries).count == 5000)
            #expect(provider.deliveries.count == 5000)
        }
    }

    @Test func `the same request twice is delivered once`() async throws {
        let provider = ProviderDouble()
        try await Installation.running(provider: provider) { installation in
            try await installation.fill(channel: "news", consumers: 5)
            let (id, marker) = (RequestID.fresh(), RequestID.fresh())
            let request = Request(channels: ["news"], text: ["Title"])
            try await installation.publish([(id, request), (id, request)])
            try await installation.publish([(id, request), (marker, request)])
            try await installation.eventually("both delivered") {
                let first = try await installation.counts(of: id)
                let second = try await installation.counts(of: marker)
                return first == ["delivered": 5] && second == ["delivered": 5]
            }
            #expect(provider.deliveries.count == 10)
        }
    }

    @Test func `what fails is tried again after a retry delay, and its failure is on record`() async throws {
        let provider = ProviderDouble { $0.attempt == 1 ? .retry(after: nil, why: "HTTP 503") : .delivered(reference: nil) }
        try await Installation.running(provider: provider) { installation in
            try await installation.fill(channel: "news", consumers: 3)
            let id = RequestID.fresh()
            try await installation.publish([(id, Request(channels: ["news"], text: ["Title"], lane: .priority))])
            try await installation.eventually("all delivered") { try await installation.counts(of: id) == ["delivered": 3] }
            #expect(provider.deliveries.count == 6)
        }
    }

    @Test func `a request for an unknown channel is rejected with its reason`() async throws {
        try await Installation.running(provider: ProviderDouble()) { installation in
            try await installation.fill(channel: "news", consumers: 1)
            let id = RequestID.fresh()
            try await installation.publish([(id, Request(channels: ["nowhere"], text: ["Title"]))])
            try await installation.eventually("rejected") { try await installation.state(of: id)?.state == "rejected" }
            #expect(try await installation.state(of: id)?.reason?.contains("nowhere") == true)
            let rejected = installation.metrics.counter(
                "posthorn_router_requests_total", "", labels: [("lane", "normal"), ("outcome", "rejected")])
            #expect(rejected.value == 1)
        }
    }

    @Test func `an error in one of several requests in a message does not affect the others`() async throws {
        let provider = ProviderDouble()
        try await Installation.running(provider: provider) { installation in
            try await installation.fill(channel: "news", consumers: 2)
            let good = [RequestID.fresh(), RequestID.fresh()]
            let bad = RequestID.fresh()
            try await installation.publish([
                (good[0], Request(channels: ["news"], text: ["First"])), (bad, Request(channels: ["nowhere"], text: ["Second"])),
                (good[1], Request(channels: ["news"], text: ["Third"])),
            ])
            try await installation.eventually("the others delivered") {
                let first = try await installation.counts(of: good[0])
                let second = try await installation.counts(of: good[1])
                return first == ["delivered": 2] && second == ["delivered": 2]
            }
            try await installation.eventually("rejected") { try await installation.state(of: bad)?.state == "rejected" }
            let parked = try await installation.parked(.rejected)
            #expect(parked.properties.messageID == bad.description)
            #expect(parked.properties.type == "posthorn.request.v1")
            #expect(parked.properties.string("x-reason")?.contains("nowhere") == true)
            #expect(provider.deliveries.count == 4)
        }
    }
}
