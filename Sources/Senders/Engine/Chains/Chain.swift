/// The order in which providers are tried. One of those with a weight is first, chosen at random by weight; the others with a weight follow,
/// the heaviest first; then those without. Pure.
public struct Chain: Sendable, Equatable {
    public struct Weighted: Sendable, Equatable {
        public let name: String
        /// Above 0. Only its ratio to the other weights of the chain counts.
        public let weight: Int

        public init(_ name: String, _ weight: Int) {
            self.name = name
            self.weight = weight
        }
    }

    public let weighted: [Weighted]
    /// In the order in which they are tried.
    public let ordered: [String]

    /// - Parameters:
    ///   - weighted: may be empty.
    ///   - ordered: may be empty if there are weighted ones.
    public init(weighted: [Weighted] = [], ordered: [String] = []) {
        self.weighted = weighted
        self.ordered = ordered
    }

    /// All of its providers.
    public var names: [String] { weighted.map(\.name) + ordered }

    /// Whether another provider may be tried after this one.
    func mayProceed(from name: String) -> Bool {
        guard names.contains(name) else { return false }
        return weighted.count + ordered.count > 1 && (ordered.last != name)
    }
}
