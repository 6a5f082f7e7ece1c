import Lanes
import Model
import Testing

@testable import Senders

@Suite("The windows of a lane") struct LaneSizesTests {
    @Test func `follow from the setting of the process until an operator sets another`() {
        let sizes = LaneSizes(lane: .bulk, prefetch: 512)
        var settings = LaneSettings()
        #expect(sizes.windows(settings) == [.sparse: 128, .burst: 512, .isolated: 1])
        settings.prefetch = 16
        #expect(sizes.windows(settings) == [.sparse: 4, .burst: 16, .isolated: 1])
    }

    @Test func `grow with the number of consumers, and each of them has its own`() {
        let sizes = LaneSizes(lane: .priority, prefetch: 64)
        var settings = LaneSettings()
        settings.consumers = 3
        #expect(sizes.windows(settings) == [.sparse: 384, .burst: 192, .isolated: 1])
        #expect(sizes.windows(64) == [.sparse: 128, .burst: 64, .isolated: 1])
    }

    @Test func `divide a gate's shares again when they change`() {
        var limits = GateLimits(windows: [.sparse: 128, .burst: 512], atOnce: 64, lane: .bulk, hasNext: false)
        #expect(limits.beginning == 16)
        #expect(limits.unproven(.burst).all == 384)
        limits.resize(to: [.sparse: 4, .burst: 16])
        #expect(limits.beginning == 2)
        #expect(limits.unproven(.burst).all == 12)
        #expect(limits.unproven(.sparse).all == 3)
        #expect(limits.atOnce == 64)
    }

    @Test(arguments: [1, 2, 7, 32])
    func `have the reserve for rates once, however many consumers there are`(consumers: Int) {
        var settings = LaneSettings()
        settings.consumers = consumers
        let share = LaneSizes(lane: .bulk, prefetch: 512, reserve: 3000).share(settings)
        #expect((3000..<3000 + consumers).contains(share.reserve * consumers))
        #expect(LaneSizes(lane: .bulk, prefetch: 512).share(settings).reserve == 0)
    }

    @Test func `are never empty`() {
        #expect(LaneSizes(lane: .bulk, prefetch: 1).windows(1) == [.sparse: 1, .burst: 1, .isolated: 1])
    }
}
