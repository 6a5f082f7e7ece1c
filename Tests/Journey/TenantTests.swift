import Broker
import Contract
import Model
import ProviderDouble
import Runtime
import TestSupport
import Testing

@Suite("A request counts only for the service whose user published it")
struct TenantTests {
    @Test func `a request that names no user is parked and reaches nobody`() async throws {
        let provider = ProviderDouble()
        try await Installation.running(provider: provider) { installation in
            try await installation.fill(channel: "news", consumers: 1)
            let (unnamed, marker) = (RequestID.fresh(), RequestID.fresh())
            let request = Request(channels: ["news"], text: ["Title"])
            var message = RequestMessage(
                Submission(
                    tenant: Installation.tenant, lane: .normal, id: unnamed, user: installation.broker.user,
                    body: request.document.encoded())
            ).outgoing()
            message.properties.userID = nil
            let publisher = Publisher(settings: installation.broker, name: "test", log: .discarded, metrics: Metrics())
            try await publisher.start()
            try await publisher.publish([message])
            await publisher.close()
            let parked = try await within(.seconds(20), "a parked request") { try await installation.parked(.rejected) }
            #expect(parked.properties.messageID == unnamed.description)
            try await installation.publish([(marker, request)])
            try await installation.eventually("the marker delivered") {
                try await installation.counts(of: marker) == ["delivered": 1]
            }
            #expect(provider.deliveries.count == 1)
        }
    }
}
