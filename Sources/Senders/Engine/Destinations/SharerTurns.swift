import Model

/// Who shares a lane's destinations: a service, by one of the lane's queues. What it sends now and then does not stand behind its own burst.
struct Sharer: Hashable {
    let tenant: TenantName
    let traffic: Traffic
}

/// What waits for one destination: of each sharer first in, first out, and the sharers take turns, so that nobody waits for all that
/// somebody else has sent there before. Pure.
struct SharerTurns<Element> {
    private var lines: [Sharer: WaitingLine<Element>] = [:]
    /// Sharers with something that waits, in the order of their turns, which goes around.
    private var sharers: [Sharer] = []
    /// Whose turn it is.
    private var turn = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// What leaves next.
    var first: Element? { isEmpty ? nil : lines[sharers[turn]]!.first }

    mutating func append(_ element: Element, of sharer: Sharer) {
        if lines[sharer] == nil {
            // Its turn is after everybody else's.
            sharers.insert(sharer, at: turn)
            turn = sharers.count == 1 ? 0 : (turn + 1) % sharers.count
        }
        lines[sharer, default: WaitingLine()].append(element)
        count += 1
    }

    mutating func removeFirst() -> Element {
        let sharer = sharers[turn]
        let element = lines[sharer]!.removeFirst()
        count -= 1
        if lines[sharer]!.isEmpty { remove(turn) } else { turn = (turn + 1) % sharers.count }
        return element
    }

    /// What came last of the sharer that has the most waiting.
    mutating func removeLast() -> Element {
        let longest = sharers.indices.max { lines[sharers[$0]]!.count < lines[sharers[$1]]!.count }!
        let element = lines[sharers[longest]]!.removeLast()
        count -= 1
        if lines[sharers[longest]]!.isEmpty { remove(longest) }
        return element
    }

    /// Of each sharer what came first.
    var fronts: some Sequence<Element> { lines.values.lazy.map { $0.first! } }

    /// Gives the turn to the next sharer whose first may go; where none may, it stays.
    mutating func passTurn(where mayGo: (Element) -> Bool) {
        for step in sharers.indices {
            let next = (turn + step) % sharers.count
            guard mayGo(lines[sharers[next]]!.first!) else { continue }
            turn = next
            return
        }
    }

    private mutating func remove(_ place: Int) {
        lines[sharers[place]] = nil
        sharers.remove(at: place)
        if place < turn { turn -= 1 }
        if turn == sharers.count { turn = 0 }
    }
}
