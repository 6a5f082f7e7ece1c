public import Model

/// A value for each lane. Reading one needs no table lookup.
public struct PerLane<Value> {
    private let priority: Value
    private let normal: Value
    private let bulk: Value

    /// - Parameter make: called once for each lane.
    public init(_ make: (Lane) throws -> Value) rethrows {
        priority = try make(.priority)
        normal = try make(.normal)
        bulk = try make(.bulk)
    }

    public subscript(lane: Lane) -> Value {
        switch lane {
        case .priority: priority
        case .normal: normal
        case .bulk: bulk
        }
    }

    /// The most urgent lane's first.
    public var all: [Value] { [priority, normal, bulk] }
}

extension PerLane: Sendable where Value: Sendable {}
