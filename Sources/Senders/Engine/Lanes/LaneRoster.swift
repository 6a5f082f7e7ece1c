import Lanes

/// Which workers a lane has, and which of them must start or leave so that it has those that its settings name. Pure.
///
/// A worker keeps its share. So another share means other workers: they start first, then the earlier ones retire, and the lane is
/// consumed all the time.
struct LaneRoster {
    enum Action: Equatable {
        case start(Int, LaneSizes.Share)
        /// It takes nothing more, and finishes everything that it has received.
        case retire(Int)
        /// It takes nothing more, begins nothing more, and settles what it has begun.
        case stop(Int)
    }

    private enum Stage {
        case starting, running, retiring, stopping
    }

    private struct Worker {
        let id: Int
        let share: LaneSizes.Share
        var stage: Stage
    }

    /// The most workers at a time, however often the settings change: further ones start when others have left.
    static let capacity = LaneSettings.consumerRange.upperBound * 3

    private var workers: [Worker] = []
    private var wanted = (consumers: 0, share: LaneSizes.Share(prefetch: 1, reserve: 0))
    /// A worker could not start, and the next one waits for `retry`.
    private var isWaiting = false
    private var lastID = 0

    /// How many take messages.
    var running: Int { workers.count { $0.stage == .running } }
    /// How many take nothing more and have not settled everything.
    var leaving: Int { workers.count { $0.stage == .retiring || $0.stage == .stopping } }

    /// - Parameter consumers: 0 for a lane on which nothing more is begun.
    mutating func want(_ consumers: Int, _ share: LaneSizes.Share) { wanted = (consumers, share) }

    /// The next thing to do; nil if there is none. A start is answered with `started` or `failed`, a departure with `left`.
    mutating func next() -> Action? {
        guard wanted.consumers > 0 else {
            return move(from: [.running, .retiring], to: .stopping) { _ in true }.map { .stop($0) }
        }
        let fitting = workers.count { fits($0) && ($0.stage == .running || $0.stage == .starting) }
        if fitting < wanted.consumers { return isWaiting || workers.count >= Self.capacity ? nil : start() }
        if workers.contains(where: { $0.stage == .starting }) { return nil }
        let share = wanted.share
        if let id = move(from: [.running], to: .retiring, where: { $0.share != share }) { return .retire(id) }
        guard fitting > wanted.consumers else { return nil }
        return move(from: [.running], to: .retiring) { _ in true }.map { .retire($0) }
    }

    mutating func started(_ id: Int) {
        if let index = index(of: id) { workers[index].stage = .running }
    }

    /// It did not start. Nothing starts before `retry`, and what runs continues.
    mutating func failed(_ id: Int) {
        left(id)
        isWaiting = true
    }

    mutating func retry() { isWaiting = false }

    mutating func left(_ id: Int) { workers.removeAll { $0.id == id } }

    private mutating func start() -> Action {
        lastID += 1
        workers.append(Worker(id: lastID, share: wanted.share, stage: .starting))
        return .start(lastID, wanted.share)
    }

    private mutating func move(from stages: [Stage], to stage: Stage, where isConcerned: (Worker) -> Bool) -> Int? {
        guard let index = workers.firstIndex(where: { stages.contains($0.stage) && isConcerned($0) }) else { return nil }
        workers[index].stage = stage
        return workers[index].id
    }

    private func fits(_ worker: Worker) -> Bool { worker.share == wanted.share }

    private func index(of id: Int) -> Int? { workers.firstIndex { $0.id == id } }
}
