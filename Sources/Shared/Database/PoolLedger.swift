/// Which connections of a pool are in use, and which callers wait for one, in order of arrival. Does no I/O: the pool executes what it
/// returns.
struct PoolLedger: Sendable {
    enum Admission: Equatable {
        /// Use this connection, numbered from 0.
        case take(Int)
        /// Wait until a release names the waiter, or call `abandon`.
        case wait
        case refuse(DatabaseError)
    }

    private let waitingLimit: Int
    /// Free connections. The last one was used most recently, so it is most likely to be open with prepared statements.
    private var free: [Int]
    private var waiting: [Int] = []
    /// How many elements at the start of `waiting` have been served.
    private var served = 0
    private var abandoned: Set<Int> = []
    private(set) var isClosed = false
    private(set) var inUse = 0

    init(size: Int, waitingLimit: Int) {
        free = Array((0..<size).reversed())
        self.waitingLimit = waitingLimit
    }

    var waitingCount: Int { waiting.count - served - abandoned.count }

    /// - Parameter waiter: a unique number.
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

    /// Returns a connection to the pool.
    ///
    /// - Returns: the waiter that gets it next; nil if it is free now.
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

    /// Removes a waiter.
    ///
    /// - Returns: false if a release has returned it already, so it has a connection.
    mutating func abandon(_ waiter: Int) -> Bool {
        guard waiting[served...].contains(waiter) else { return false }
        return abandoned.insert(waiter).inserted
    }

    /// Rejects all callers from now on.
    ///
    /// - Returns: the waiters to reject.
    mutating func close() -> [Int] {
        isClosed = true
        let refused = waiting[served...].filter { !abandoned.contains($0) }
        waiting = []
        served = 0
        abandoned = []
        return refused
    }
}
