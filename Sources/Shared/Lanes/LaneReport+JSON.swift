import JSON
import Model

extension LaneReport {
    init(_ document: JSON, at path: String, index: Int) throws(FieldError) {
        var fields = try FieldReader(document, at: path, index: index)
        guard let name = LaneName(try fields.requiredString("lane")) else {
            throw fields.wrong("lane", "must be a medium and a lane, such as email.bulk")
        }
        var settings = LaneSettings()
        settings.version = try fields.count("version")
        settings.consumers = Int(try fields.count("wanted_consumers"))
        settings.prefetch = try fields.integer("wanted_prefetch", in: 1...Int64.max).map { Int($0) }
        if let since = try fields.integer("paused_at_ms", in: 0...Int64.max) {
            settings.flow = .paused(since: Timestamp(milliseconds: since))
        }
        var oldest: [Traffic: Oldest] = [:]
        for traffic in Traffic.shared {
            let exactly = try fields.integer("oldest_\(traffic.rawValue)_ms", in: 0...Int64.max)
            let notBefore = try fields.integer("oldest_\(traffic.rawValue)_not_before_ms", in: 0...Int64.max)
            oldest[traffic] =
                exactly.map { .exactly(Timestamp(milliseconds: $0)) }
                ?? notBefore.map { .notBefore(Timestamp(milliseconds: $0)) } ?? .unknown
        }
        self.init(
            name, settings: settings, prefetch: Int(try fields.count("prefetch")), consumers: Int(try fields.count("consumers")),
            leaving: Int(try fields.count("leaving")), inFlight: Int(try fields.count("in_flight")),
            unacknowledged: Int(try fields.count("unacknowledged")),
            acknowledged: Int(try fields.count("acknowledged")), settled: Int(try fields.count("settled")), oldest: oldest)
    }

    var document: JSON {
        var members = [
            JSON.Member("lane", .string(name.description)), JSON.Member("version", .integer(settings.version)),
            JSON.Member("wanted_consumers", .integer(Int64(settings.consumers))),
        ]
        if let prefetch = settings.prefetch { members.append(JSON.Member("wanted_prefetch", .integer(Int64(prefetch)))) }
        if case .paused(let since) = settings.flow { members.append(JSON.Member("paused_at_ms", .integer(since.milliseconds))) }
        let numbers: KeyValuePairs = [
            "prefetch": prefetch, "consumers": consumers, "leaving": leaving, "in_flight": inFlight,
            "unacknowledged": unacknowledged,
            "acknowledged": acknowledged, "settled": settled,
        ]
        members += numbers.map { JSON.Member($0.key, .integer(Int64($0.value))) }
        for traffic in Traffic.shared {
            switch oldest[traffic] ?? .unknown {
            case .exactly(let time): members.append(JSON.Member("oldest_\(traffic.rawValue)_ms", .integer(time.milliseconds)))
            case .notBefore(let time):
                members.append(JSON.Member("oldest_\(traffic.rawValue)_not_before_ms", .integer(time.milliseconds)))
            case .unknown: break
            }
        }
        return .object(members)
    }
}

extension FieldReader {
    /// A number that is required, from 0.
    fileprivate mutating func count(_ name: String) throws(FieldError) -> Int64 {
        guard let number = try integer(name, in: 0...Int64.max) else { throw wrong(name, "is required") }
        return number
    }
}
