import Lanes
import Model
import Runtime
import Testing

@testable import Senders

@Suite("How much a lane takes at a time")
struct SenderSettingsTests {
    private func windows(batch: Int, _ settings: [String: String] = [:]) throws -> PerLane<[Traffic: Int]> {
        var reader = try SettingsReader(environment: settings)
        let settings = SenderSettings(&reader)
        return PerLane { settings.sizes(of: $0, batch: batch).windows(LaneSettings()) }
    }

    @Test func `where each notification is a call, it is what the operator sets`() throws {
        let windows = try windows(batch: 1, ["POSTHORN_SENDER_PREFETCH_BULK": "100"])
        #expect(windows[.bulk] == [.burst: 100, .sparse: 25, .isolated: 1])
        #expect(windows[.normal] == [.burst: 512, .sparse: 128, .isolated: 1])
        #expect(windows[.priority] == [.burst: 64, .sparse: 128, .isolated: 1])
    }

    @Test func `there is room for a few full calls, within a limit, but no more on the priority lane`() throws {
        let windows = try windows(batch: 500)
        #expect(windows[.bulk] == [.burst: 2000, .sparse: 500, .isolated: 1])
        #expect(windows[.priority] == [.burst: 64, .sparse: 128, .isolated: 1])
        #expect(try self.windows(batch: 100_000)[.normal] == [.burst: 10_000, .sparse: 2500, .isolated: 1])
        #expect(try self.windows(batch: 10)[.normal] == [.burst: 512, .sparse: 128, .isolated: 1])
    }
}
