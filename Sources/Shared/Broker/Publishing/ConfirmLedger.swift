/// The unconfirmed messages of an AMQP channel in confirm mode. `Entry` identifies the caller of a message.
struct ConfirmLedger<Entry> {
    enum Outcome: Equatable {
        case confirmed, refused
        case returned(ReturnedMessage)
    }

    /// Oldest first. Those before `head` and the nil ones are settled.
    private var entries: [Entry?] = []
    private var head = 0
    /// The number of the message at `head`. The broker counts from 1.
    private var oldest: UInt64 = 1
    private var returned: [UInt64: ReturnedMessage] = [:]
    private(set) var outstanding = 0

    /// Records the next message that is written to the AMQP channel.
    mutating func publish(_ entry: Entry) {
        entries.append(entry)
        outstanding += 1
    }

    /// Marks a message as returned. `basic.return` has no number but comes before the confirm, so it means the oldest message that matches
    /// and was not returned before. Messages that cannot be distinguished are routed alike, so either is correct.
    mutating func markReturned(_ message: ReturnedMessage, where matches: (Entry) -> Bool) {
        for index in head..<entries.count {
            guard let entry = entries[index], matches(entry) else { continue }
            let number = oldest + UInt64(index - head)
            if returned[number] == nil {
                returned[number] = message
                return
            }
        }
    }

    /// Settles a message, or all up to it. A returned message fails, although the broker confirms it afterwards.
    mutating func settle(_ number: UInt64, multiple: Bool, isConfirmed: Bool) -> [(entry: Entry, outcome: Outcome)] {
        guard number >= oldest, number - oldest < UInt64(entries.count - head) else { return [] }
        let end = head + Int(number - oldest) + 1
        let start = multiple ? head : end - 1
        var settled: [(entry: Entry, outcome: Outcome)] = []
        settled.reserveCapacity(end - start)
        for index in start..<end {
            guard let entry = entries[index] else { continue }
            entries[index] = nil
            let plain: Outcome = isConfirmed ? .confirmed : .refused
            let returned = returned.isEmpty ? nil : returned.removeValue(forKey: oldest + UInt64(index - head))
            settled.append((entry, returned.map { .returned($0) } ?? plain))
        }
        outstanding -= settled.count
        while head < entries.count, entries[head] == nil {
            head += 1
            oldest += 1
        }
        if head == entries.count || head > 4096 {
            entries.removeFirst(head)
            head = 0
        }
        return settled
    }

    /// Resets the ledger because the AMQP channel was lost.
    ///
    /// - Returns: the unsettled entries, oldest first.
    mutating func abandon() -> [Entry] {
        let left = entries[head...].compactMap { $0 }
        self = ConfirmLedger()
        return left
    }
}
