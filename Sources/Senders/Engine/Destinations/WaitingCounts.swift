import Model

/// How many items wait in a gate that came over each of the lane's queues. Pure.
struct WaitingCounts {
    private var sparse = 0
    private var burst = 0
    private var isolated = 0

    subscript(traffic: Traffic) -> Int {
        get {
            switch traffic {
            case .sparse: sparse
            case .burst: burst
            case .isolated: isolated
            }
        }
        set {
            switch traffic {
            case .sparse: sparse = newValue
            case .burst: burst = newValue
            case .isolated: isolated = newValue
            }
        }
    }

    var total: Int { sparse + burst + isolated }
}
