import Control
import Lanes
import Model
import Runtime

/// All lanes of a sender process: it applies what operators set, and reports what the lanes do.
struct LaneFleet: Sendable {
    /// How long a start without the database waits for the settings that other senders have.
    private static let peerLimit = Duration.seconds(2)

    let settings: LaneSettingsService
    let supervisors: [LaneSupervisor]
    private let breakers: [BreakerTable]

    /// - Parameters:
    ///   - breakers: of each medium.
    ///   - control: not started yet.
    init(
        _ lanes: [SenderLane], breakers: [BreakerTable], store: LaneSettingsStore, control: ControlService, log: Log
    ) {
        settings = LaneSettingsService(
            .init(table: { try await store.all() }, peers: { [weak control] in await Self.settings(of: control) }), log: log)
        supervisors = lanes.map { [settings] in LaneSupervisor($0, settings: settings) }
        self.breakers = breakers
        settings.onReading { [supervisors] in await Self.apply($0, to: supervisors) }
        control.interrupted { [settings] in settings.refreshSoon() }
        control.answer(LaneQuestion.self) { [self] question in
            if question.purpose == .apply { _ = await settings.refresh() }
            return await report()
        }
    }

    private func report() async -> LaneAnswer {
        var lanes: [LaneReport] = []
        for supervisor in supervisors { lanes.append(await supervisor.report()) }
        return LaneAnswer(lanes: lanes, breakers: breakers.map(\.open))
    }

    /// Side by side, so that no lane waits for another.
    private static func apply(_ known: LaneSettingsService.Settings, to supervisors: [LaneSupervisor]) async {
        await withDiscardingTaskGroup { group in
            for supervisor in supervisors {
                // What does not start is logged, and tried again.
                group.addTask { try? await supervisor.apply(known[supervisor.lane.name] ?? LaneSettings()) }
            }
        }
    }

    /// The latest settings that other senders know.
    private static func settings(of control: ControlService?) async -> LaneSettingsService.Settings {
        guard let control else { return [:] }
        let answers = await control.ask(LaneQuestion(.report), to: .all(.sender), within: peerLimit).answers.values
        return Dictionary(
            answers.flatMap(\.lanes).map { ($0.name, $0.settings) }, uniquingKeysWith: { $0.version < $1.version ? $1 : $0 })
    }
}
