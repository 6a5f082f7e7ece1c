/// Whose turn it is: at most so many calls at once, and at most so many of them to one host. Hosts take turns, so that a slow one with
/// many calls waiting holds up nobody else.
///
/// Pure: it holds the waiting items and counts the running ones.
struct Admission<Item> {
    /// A running or waiting item's host, to be released when the item is done.
    struct Host: Hashable { fileprivate let index: Int }

    struct Admitted {
        let item: Item
        let host: Host
    }

    private struct Queue {
        var name: String
        var running = 0
        var waiting: [(item: Item, deadline: ContinuousClock.Instant)] = []
        /// How many at the front of `waiting` have left.
        var left = 0
        var isReady = false

        var count: Int { waiting.count - left }
    }

    private let total: Int
    private let perHost: Int
    private var running = 0
    private var queues: [Queue] = []
    private var unused: [Int] = []
    private var byName: [String: Int] = [:]
    private var ready: [Int] = []
    private var readyLeft = 0

    private(set) var waitingCount = 0

    init(total: Int, perHost: Int) {
        self.total = total
        self.perHost = perHost
    }

    var isIdle: Bool { running == 0 && waitingCount == 0 }

    /// - Parameter deadline: when waiting has lost its sense.
    mutating func add(_ item: Item, host: String, deadline: ContinuousClock.Instant) {
        let index = queue(for: host)
        queues[index].waiting.append((item, deadline))
        waitingCount += 1
        makeReady(index)
    }

    /// The next item that may run; nil while none may.
    mutating func next() -> Admitted? {
        guard running < total, readyLeft < ready.count else { return nil }
        let index = ready[readyLeft]
        readyLeft += 1
        if readyLeft == ready.count || readyLeft > 1024 { compactReady() }
        queues[index].isReady = false
        let item = takeFirst(index)
        queues[index].running += 1
        running += 1
        makeReady(index)
        return Admitted(item: item, host: Host(index: index))
    }

    /// An admitted item is done.
    mutating func finished(_ host: Host) {
        queues[host.index].running -= 1
        running -= 1
        makeReady(host.index)
        retire(host.index)
    }

    /// Takes out the items whose deadline has passed. Each host's items are looked at in order up to the first that may still wait.
    mutating func expire(at now: ContinuousClock.Instant) -> [Item] {
        var expired: [Item] = []
        guard waitingCount > 0 else { return expired }
        for index in queues.indices {
            while queues[index].count > 0, queues[index].waiting[queues[index].left].deadline <= now {
                expired.append(takeFirst(index))
            }
            if queues[index].count == 0, queues[index].isReady {
                queues[index].isReady = false
                ready.removeSubrange(..<readyLeft)
                readyLeft = 0
                ready.removeAll { $0 == index }
            }
            retire(index)
        }
        return expired
    }

    private mutating func queue(for name: String) -> Int {
        if let index = byName[name] { return index }
        let index: Int
        if let free = unused.popLast() {
            index = free
            queues[index] = Queue(name: name)
        } else {
            index = queues.count
            queues.append(Queue(name: name))
        }
        byName[name] = index
        return index
    }

    private mutating func takeFirst(_ index: Int) -> Item {
        let item = queues[index].waiting[queues[index].left].item
        queues[index].left += 1
        waitingCount -= 1
        if queues[index].left == queues[index].waiting.count || queues[index].left > 1024 {
            queues[index].waiting.removeSubrange(..<queues[index].left)
            queues[index].left = 0
        }
        return item
    }

    private mutating func makeReady(_ index: Int) {
        guard !queues[index].isReady, queues[index].count > 0, queues[index].running < perHost else { return }
        queues[index].isReady = true
        ready.append(index)
    }

    private mutating func compactReady() {
        ready.removeSubrange(..<readyLeft)
        readyLeft = 0
    }

    /// Forgets a host that has nothing running and nothing waiting.
    private mutating func retire(_ index: Int) {
        guard queues[index].running == 0, queues[index].count == 0, byName[queues[index].name] == index else { return }
        byName[queues[index].name] = nil
        unused.append(index)
    }
}
