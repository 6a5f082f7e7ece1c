import Model

/// What one tenant sends over one of a lane's queues. Its sparse messages do not wait behind its own burst.
struct TenantFlow: Hashable {
    let tenant: TenantName
    let traffic: Traffic
}

/// The items that wait for one destination: first in, first out within a flow, and the flows take turns, so that no tenant waits for
/// everything that another has sent there before. Pure.
struct FairQueue<Element> {
    private var lines: [TenantFlow: WaitingLine<Element>] = [:]
    /// Flows with waiting items, in the circular order of their turns.
    private var flows: [TenantFlow] = []
    /// Whose turn it is.
    private var turn = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// The item that leaves next.
    var first: Element? { isEmpty ? nil : lines[flows[turn]]!.first }

    mutating func append(_ element: Element, of flow: TenantFlow) {
        if lines[flow] == nil {
            // Its turn is after everybody else's.
            flows.insert(flow, at: turn)
            turn = flows.count == 1 ? 0 : (turn + 1) % flows.count
        }
        lines[flow, default: WaitingLine()].append(element)
        count += 1
    }

    mutating func removeFirst() -> Element {
        let flow = flows[turn]
        let element = lines[flow]!.removeFirst()
        count -= 1
        if lines[flow]!.isEmpty { remove(turn) } else { turn = (turn + 1) % flows.count }
        return element
    }

    /// The last item of the flow that has the most waiting.
    ///
    /// - Parameter traffic: nil for flows of any; there must be one.
    mutating func removeLast(of traffic: Traffic? = nil) -> Element {
        let candidates = flows.indices.lazy.filter { [flows] place in traffic == nil || flows[place].traffic == traffic }
        let longest = candidates.max { lines[flows[$0]]!.count < lines[flows[$1]]!.count }!
        let element = lines[flows[longest]]!.removeLast()
        count -= 1
        if lines[flows[longest]]!.isEmpty { remove(longest) }
        return element
    }

    func count(of traffic: Traffic) -> Int {
        flows.reduce(0) { $1.traffic == traffic ? $0 + lines[$1]!.count : $0 }
    }

    /// The first item of each flow.
    var fronts: some Sequence<Element> { lines.values.lazy.map { $0.first! } }

    /// Gives the turn to the next flow whose first item may go; if none may, the turn stays.
    mutating func passTurn(where mayGo: (Element) -> Bool) {
        for step in flows.indices {
            let next = (turn + step) % flows.count
            guard mayGo(lines[flows[next]]!.first!) else { continue }
            turn = next
            return
        }
    }

    private mutating func remove(_ place: Int) {
        lines[flows[place]] = nil
        flows.remove(at: place)
        if place < turn { turn -= 1 }
        if turn == flows.count { turn = 0 }
    }
}
