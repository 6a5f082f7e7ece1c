public import Model

/// Which chain the notifications of a medium use. Pure.
public struct ChainPlan: Sendable, Equatable {
    /// A chain for some notifications. A condition that is nil applies to all.
    public struct Rule: Sendable, Equatable {
        public let service: TenantName?
        public let lane: Lane?
        /// In capitals, ISO 3166-1: `NL`. Only for media that know the country of an address.
        public let country: String?
        public let chain: Chain

        public init(service: TenantName? = nil, lane: Lane? = nil, country: String? = nil, chain: Chain) {
            self.service = service
            self.lane = lane
            self.country = country
            self.chain = chain
        }
    }

    /// The first that applies decides.
    public let rules: [Rule]
    /// For notifications to which no rule applies.
    public let standard: Chain

    public init(rules: [Rule] = [], standard: Chain) {
        self.rules = rules
        self.standard = standard
    }

    /// All chains.
    var chains: [Chain] { rules.map(\.chain) + [standard] }

    var hasWeights: Bool { chains.contains { !$0.weighted.isEmpty } }

    /// Whether, in one of the chains, another provider may be tried after this one.
    public func mayProceed(from name: String) -> Bool { chains.contains { $0.mayProceed(from: name) } }
}
