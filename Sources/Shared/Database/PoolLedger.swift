/// Who has which connection of a pool, and who waits for one: first come, first served. Pure bookkeeping; the pool carries out
/// what it answers.
struct PoolLedger: Sendable {
    enum Admission: Equatable {
        /// Take this connection, numbered from 0.
        case take(Int)
        /// Wait until a release names the waiter, or call `abandon`.
        case wait
        case refuse(DatabaseError)
    }

    private let waitingLimit: Int
    /// Free connections; the last one was used last, and is the likeliest to be open with its statements prepared.
    private var free: [Int]
    private var waiting: [Int] = []
    /// How many of `waiting`, from its beginning, have been served.
    private var served = 0
    private var abandoned: Set<Int> = []
    private(set) var isClosed = false
    private(set) var inUse = 0

    init(size: Int, waitingLimit: Int) {
        free = Array((0..<size).reversed())
        self.waitingLimit = waitingLimit
    }

    var waitingCount: Int { waiting.count - served - abandoned.count }

    /// - Parameter waiter: a number that nobody else uses.
    mutating func admit(_ waiter: Int) -> Admission {
        if isClosed { return .refuse(.closed) }
        if waitingCount == 0, let connection = free.popLast() {
            inUse += 1
            return .take(connection)
        }
        guard waitingCount < waitingLimit else { return .refuse(.overloaded(waiting: waitingCount)) }
        waiting.append(waiter)
        return .wait
    }

    /// A connection comes back.
    ///
    /// - Returns: the waiter to whom it goes next; nil if it is free now.
    mutating func release(_ connection: Int) -> Int? {
        while served < waiting.count {
            let waiter = waiting[served]
            served += 1
            if served > 64, served * 2 > waiting.count {
                waiting.removeFirst(served)
                served = 0
            }
            if abandoned.remove(waiter) == nil { return waiter }
        }
        free.append(connection)
        inUse -= 1
        return nil
    }

    /// A waiter will not wait any longer.
    ///
    /// - Returns: false where a release has named it already: then it has a connection.
    mutating func abandon(_ waiter: Int) -> Bool {
        guard waiting[served...].contains(waiter) else { return false }
        return abandoned.insert(waiter).inserted
    }

    /// Refuses everybody from now on.
    ///
    /// - Returns: the waiters to refuse.
    mutating func close() -> [Int] {
        isClosed = true
        let refused = waiting[served...].filter { !abandoned.contains($0) }
        waiting = []
        served = 0
        abandoned = []
        return refused
    }
}
