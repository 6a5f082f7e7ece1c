import Foundation
public import Model
public import Runtime

/// The names of a medium's providers, and the chains in which they are tried, as an operator has set them.
public struct ChainSettings: Sendable {
    /// Different from each other, also in upper case; empty if the medium is not set up.
    public let names: [String]
    public let plan: ChainPlan

    /// Reads `POSTHORN_<MEDIUM>_PROVIDERS`, such as `primary:70,backup:30,spare`, and `POSTHORN_<MEDIUM>_CHAINS`, such as
    /// `lane=priority: spare; service=shop country=NL: backup, primary`.
    public init(_ reader: inout SettingsReader, medium: Medium) {
        let prefix = "POSTHORN_\(medium.rawValue.uppercased())"
        let (providers, chains) = ("\(prefix)_PROVIDERS", "\(prefix)_CHAINS")
        // The settings of those that are named rightly are read as well, so that all problems are reported at once.
        let standard = Self.chain(reader.optionalString(providers) ?? "") { reader.wrong(providers, $0) }
        names = standard.names
        var rules: [ChainPlan.Rule] = []
        for text in (reader.optionalString(chains) ?? "").split(separator: ";").map(Self.trimmed) where !text.isEmpty {
            do throws(Problem) {
                rules.append(try Self.rule(text, known: names, in: providers))
            } catch { reader.wrong(chains, error.text) }
        }
        plan = ChainPlan(rules: rules, standard: standard)
    }

    private struct Problem: Error {
        let text: String
    }

    /// `primary:70, backup:30, spare`
    ///
    /// - Parameter wrong: called for each entry that is left out.
    private static func chain(_ text: String, wrong: (String) -> Void) -> Chain {
        var (weighted, ordered): ([Chain.Weighted], [String]) = ([], [])
        var seen: Set<String> = []
        for entry in text.split(separator: ",").map(trimmed) where !entry.isEmpty {
            let parts = entry.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(trimmed)
            guard parts[0].wholeMatch(of: /[A-Za-z0-9_]{1,40}/) != nil, seen.insert(parts[0].uppercased()).inserted else {
                wrong("must be different names of letters, digits and _, not \"\(parts[0])\"")
                continue
            }
            if parts.count == 1 {
                ordered.append(parts[0])
                continue
            }
            guard let weight = Int(parts[1]), (1...1000).contains(weight) else {
                wrong("must have a whole number from 1 to 1000 as the weight of \(parts[0]), not \"\(parts[1])\"")
                continue
            }
            guard ordered.isEmpty else {
                wrong("must name the providers with a weight first: put \(entry) before \(ordered[0])")
                continue
            }
            weighted.append(Chain.Weighted(parts[0], weight))
        }
        return Chain(weighted: weighted, ordered: ordered)
    }

    /// `service=shop lane=priority: primary, backup`
    private static func rule(_ text: String, known: [String], in setting: String) throws(Problem) -> ChainPlan.Rule {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(trimmed)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw Problem(text: "must be rules such as lane=priority: primary, backup; service=shop: backup, not \"\(text)\"")
        }
        var conditions: [String: String] = [:]
        for condition in parts[0].split(whereSeparator: { $0 == " " || $0 == "," }) {
            let pair = condition.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
            guard pair.count == 2, ["service", "lane", "country"].contains(pair[0]), conditions[pair[0]] == nil else {
                throw Problem(text: "must have conditions service=…, lane=… or country=…, each once, not \"\(condition)\"")
            }
            conditions[pair[0]] = pair[1]
        }
        var problems: [String] = []
        let chain = chain(parts[1]) { problems.append($0) }
        if let problem = problems.first { throw Problem(text: problem) }
        guard !chain.names.isEmpty else { throw Problem(text: "must name a provider after \"\(parts[0]):\"") }
        if let unknown = chain.names.first(where: { !known.contains($0) }) {
            throw Problem(text: "names \(unknown), which is not a provider of \(setting); add it there")
        }
        let service = conditions["service"].map { TenantName($0) }
        let lane = conditions["lane"].map { Lane(rawValue: $0) }
        let country = conditions["country"]?.uppercased()
        if case .some(nil) = service { throw Problem(text: "names a service that cannot exist: \(conditions["service"]!)") }
        if case .some(nil) = lane {
            throw Problem(text: "must have lane=priority, lane=normal or lane=bulk, not lane=\(conditions["lane"]!)")
        }
        guard country?.wholeMatch(of: /[A-Z]{2}/) != nil || country == nil else {
            throw Problem(text: "must have a country of two letters such as country=NL, not country=\(country!)")
        }
        return ChainPlan.Rule(service: service ?? nil, lane: lane ?? nil, country: country, chain: chain)
    }

    private static func trimmed(_ text: Substring) -> String { text.trimmingCharacters(in: .whitespaces) }
}
