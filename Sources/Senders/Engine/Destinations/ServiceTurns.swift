import Model

/// What waits for one destination: of each service first in, first out, and the services take turns, so that nobody waits for all that
/// somebody else has sent there before. Pure.
struct ServiceTurns<Element> {
    private var lines: [ServiceName: WaitingLine<Element>] = [:]
    /// Services with something that waits, in the order of their turns, which goes around.
    private var services: [ServiceName] = []
    /// Whose turn it is.
    private var turn = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// What leaves next.
    var first: Element? { isEmpty ? nil : lines[services[turn]]!.first }

    mutating func append(_ element: Element, of service: ServiceName) {
        if lines[service] == nil {
            // Its turn is after everybody else's.
            services.insert(service, at: turn)
            turn = services.count == 1 ? 0 : (turn + 1) % services.count
        }
        lines[service, default: WaitingLine()].append(element)
        count += 1
    }

    mutating func removeFirst() -> Element {
        let service = services[turn]
        let element = lines[service]!.removeFirst()
        count -= 1
        if lines[service]!.isEmpty { remove(turn) } else { turn = (turn + 1) % services.count }
        return element
    }

    /// What came last of the service that has the most waiting.
    mutating func removeLast() -> Element {
        let longest = services.indices.max { lines[services[$0]]!.count < lines[services[$1]]!.count }!
        let element = lines[services[longest]]!.removeLast()
        count -= 1
        if lines[services[longest]]!.isEmpty { remove(longest) }
        return element
    }

    /// Of each service what came first.
    var fronts: some Sequence<Element> { lines.values.lazy.map { $0.first! } }

    /// Gives the turn to the next service whose first may go; where none may, it stays.
    mutating func passTurn(where mayGo: (Element) -> Bool) {
        for step in services.indices {
            let next = (turn + step) % services.count
            guard mayGo(lines[services[next]]!.first!) else { continue }
            turn = next
            return
        }
    }

    private mutating func remove(_ place: Int) {
        lines[services[place]] = nil
        services.remove(at: place)
        if place < turn { turn -= 1 }
        if turn == services.count { turn = 0 }
    }
}
