import Lanes
import Model
import TestSupport
import Testing

@Suite("The settings of lanes are a table", .timeLimit(.minutes(1)))
struct LaneSettingsStoreTests {
    private let bulk = LaneName(.email, .bulk)

    @Test func `a lane that was never changed has no row, and a change keeps the rest`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let store = LaneSettingsStore(database)
            #expect(try await store.all().isEmpty)
            var change = LaneSettingsStore.Change()
            change.consumers = 4
            var settings = try await store.change(bulk, change)
            #expect((settings.consumers, settings.prefetch, settings.flow, settings.version) == (4, nil, .active, 1))
            change = LaneSettingsStore.Change()
            change.prefetch = .set(100)
            settings = try await store.change(bulk, change)
            #expect((settings.consumers, settings.prefetch, settings.version) == (4, 100, 2))
            change.prefetch = .ofProcess
            settings = try await store.change(bulk, change)
            #expect((settings.consumers, settings.prefetch) == (4, nil))
            #expect(try await store.all() == [bulk: settings])
        }
    }

    @Test func `a lane that is paused again stays paused since the first time, until it is resumed`() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let store = LaneSettingsStore(database)
            var pause = LaneSettingsStore.Change()
            pause.flow = .pause
            let first = try await store.change(bulk, pause)
            #expect(first.isPaused)
            let second = try await store.change(bulk, pause)
            #expect(second.flow == first.flow)
            var scale = LaneSettingsStore.Change()
            scale.consumers = 2
            #expect(try await store.change(bulk, scale).flow == first.flow)
            var resume = LaneSettingsStore.Change()
            resume.flow = .resume
            let settings = try await store.change(bulk, resume)
            #expect(settings.flow == .active)
            #expect(settings.consumers == 2)
        }
    }
}
