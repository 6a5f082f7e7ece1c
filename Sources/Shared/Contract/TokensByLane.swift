import JSON
public import Model

/// How many tokens each lane wants or gets. A token allows one notification.
public struct TokensByLane: Sendable, Equatable {
    public static let zero = TokensByLane()

    private var priority = 0
    private var normal = 0
    private var bulk = 0

    public init() {}

    public subscript(lane: Lane) -> Int {
        get {
            switch lane {
            case .priority: priority
            case .normal: normal
            case .bulk: bulk
            }
        }
        set {
            switch lane {
            case .priority: priority = newValue
            case .normal: normal = newValue
            case .bulk: bulk = newValue
            }
        }
    }

    public var total: Int { priority + normal + bulk }

    static let range: ClosedRange<Int64> = 0...1_000_000

    /// Reads a member for each lane; one that is absent is 0.
    init(_ fields: inout FieldReader) throws(FieldError) {
        for lane in Lane.allCases { self[lane] = Int(try fields.integer(lane.rawValue, in: Self.range) ?? 0) }
    }

    var members: [JSON.Member] {
        Lane.allCases.filter { self[$0] > 0 }.map { JSON.Member($0.rawValue, .integer(Int64(self[$0]))) }
    }
}
