import Model
import Runtime
import Synchronization
import Testing

@testable import Lanes

@Suite("A process knows the settings of its lanes", .timeLimit(.minutes(1)))
struct LaneSettingsServiceTests {
    private struct Away: Error {}

    /// The table, as the test wants it.
    private final class Table: Sendable {
        let settings = Mutex<LaneSettingsService.Settings?>([:])

        func read() throws -> LaneSettingsService.Settings {
            guard let settings = settings.withLock({ $0 }) else { throw Away() }
            return settings
        }
    }

    private let bulk = LaneName(.email, .bulk)

    private func paused(_ version: Int64) -> LaneSettingsService.Settings {
        var settings = LaneSettings()
        settings.flow = .paused(since: Timestamp(seconds: 1))
        settings.version = version
        return [bulk: settings]
    }

    @Test func `a start reads the table`() async throws {
        let table = Table()
        table.settings.withLock { $0 = paused(1) }
        let service = LaneSettingsService(.init(table: { try table.read() }), log: .discarded)
        try await service.start()
        #expect(service[bulk].isPaused)
        #expect(service[LaneName(.webhook, .bulk)] == LaneSettings())
        await service.drain()
    }

    @Test func `a start without the table uses what other processes know, and then the table`() async throws {
        let table = Table()
        table.settings.withLock { $0 = nil }
        let service = LaneSettingsService(
            .init(table: { try table.read() }, peers: { paused(1) }), startLimit: .zero, log: .discarded)
        try await service.start()
        #expect(service[bulk].isPaused)
        table.settings.withLock { $0 = [:] }
        #expect(await service.refresh())
        #expect(!service[bulk].isPaused)
        await service.drain()
    }

    @Test func `while the table cannot be read the last known settings stay`() async throws {
        let table = Table()
        table.settings.withLock { $0 = paused(1) }
        let service = LaneSettingsService(.init(table: { try table.read() }), log: .discarded)
        try await service.start()
        table.settings.withLock { $0 = nil }
        #expect(await service.refresh() == false)
        #expect(service[bulk].isPaused)
        await service.drain()
    }

    @Test func `a refresh returns after the new settings have taken effect`() async throws {
        let table = Table()
        let applied = Mutex<Int64>(0)
        let service = LaneSettingsService(.init(table: { try table.read() }), log: .discarded)
        service.onReading { settings in applied.withLock { $0 = settings.values.map(\.version).max() ?? 0 } }
        try await service.start()
        for version in 1...20 as ClosedRange<Int64> {
            table.settings.withLock { $0 = paused(version) }
            async let other = service.refresh()
            #expect(await service.refresh())
            #expect(applied.withLock { $0 } == version)
            #expect(await other)
        }
        await service.drain()
    }

    @Test func `after its end it waits for nothing`() async throws {
        let service = LaneSettingsService(.init(table: { [:] }), log: .discarded)
        try await service.start()
        await service.stopTaking()
        #expect(await service.refresh() == false)
        await service.drain()
    }
}
