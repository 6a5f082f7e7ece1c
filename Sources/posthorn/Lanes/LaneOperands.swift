import Lanes
import Model

/// The lanes that a command line names.
enum LaneOperands {
    /// - Throws: `UsageError` for one that does not exist, or if there is none without `--all`.
    static func lanes(_ arguments: Arguments, of command: String) throws(UsageError) -> [LaneName] {
        let isAll = arguments.has("--all")
        guard isAll != !arguments.operands.isEmpty else {
            throw UsageError(
                isAll ? "--all is for no LANE; name lanes or give --all" : "LANE is missing; for all lanes give --all",
                command: command)
        }
        if isAll { return LaneName.all(.posthorn) }
        var lanes: [LaneName] = []
        for word in arguments.operands {
            let name = try lane(word, of: command)
            if !lanes.contains(name) { lanes.append(name) }
        }
        return lanes
    }

    static func lane(_ word: String, of command: String) throws(UsageError) -> LaneName {
        let known = LaneName.all(.posthorn)
        if let name = LaneName(word), known.contains(name) { return name }
        let guess = Suggestion.nearest(to: word, among: known.map(\.description))
        throw UsageError(
            "there is no lane \"\(word)\"; a lane is a medium (\(Media.posthorn.list)) and one of priority, normal and bulk, such as email.bulk",
            meant: guess, command: command)
    }
}
