import Model

/// Which chain each notification of one lane uses, with the providers by their places. Pure.
struct ChainSelection: Sendable {
    /// A chain with its providers by their places.
    struct Placed: Sendable {
        let weighted: [(place: Int, weight: Int)]
        let ordered: [Int]

        /// - Parameter places: of the providers, by name. Others are left out.
        init(_ chain: Chain, _ places: [String: Int]) {
            weighted = chain.weighted.compactMap { entry in places[entry.name].map { ($0, entry.weight) } }
            ordered = chain.ordered.compactMap { places[$0] }
        }

        /// The order for one notification.
        ///
        /// - Parameters:
        ///   - levels: how much of its weight each provider has now, by place, in percent.
        ///   - draw: random, 0 to 1.
        func order(_ levels: [Int], draw: Double) -> [Int] {
            guard !weighted.isEmpty else { return ordered }
            var left = weighted.map { (place: $0.place, weight: $0.weight * levels[$0.place]) }
            // If none has any weight left, the configured ones count.
            if left.allSatisfy({ $0.weight == 0 }) { left = weighted }
            let total = left.reduce(0) { $0 + $1.weight }
            var point = Int(draw * Double(total))
            let first = left.firstIndex { entry in
                point -= entry.weight
                return point < 0
            }
            let chosen = left.remove(at: first ?? left.count - 1)
            let others = left.sorted { ($1.weight, $0.place) < ($0.weight, $1.place) }
            return [chosen.place] + others.map(\.place) + ordered
        }
    }

    private struct Rule {
        let service: TenantName?
        let country: String?
        let chain: Placed
    }

    private let rules: [Rule]
    private let standard: Placed
    private let country: @Sendable (Notification) -> String?

    /// - Parameters:
    ///   - names: of the providers, in the order of their places.
    ///   - country: of a notification's address; nil where it is not known.
    init(
        _ plan: ChainPlan, lane: Lane, names: [String], country: @escaping @Sendable (Notification) -> String?
    ) {
        let places = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let ofLane = plan.rules.filter { $0.lane == nil || $0.lane == lane }
        // A rule without another condition applies to the whole lane: what follows it is never used.
        let general = ofLane.firstIndex { $0.service == nil && $0.country == nil }
        rules = ofLane[..<(general ?? ofLane.count)].map {
            Rule(service: $0.service, country: $0.country, chain: Placed($0.chain, places))
        }
        standard = Placed(general.map { ofLane[$0].chain } ?? plan.standard, places)
        self.country = country
    }

    /// The order that all notifications of the lane have; nil if it differs.
    var fixed: [Int]? { rules.isEmpty && standard.weighted.isEmpty ? standard.ordered : nil }

    func chain(for notification: Notification) -> Placed {
        let rule = rules.first { rule in
            (rule.service.map { $0 == notification.tenant } ?? true) && (rule.country.map { $0 == country(notification) } ?? true)
        }
        return rule?.chain ?? standard
    }
}
