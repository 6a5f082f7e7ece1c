/// What has been published on an AMQP channel in confirm mode and not been answered for. `Entry` says whose message it is.
struct ConfirmLedger<Entry> {
    enum Outcome: Equatable {
        case confirmed, refused
        case returned(ReturnedMessage)
    }

    /// From the oldest on; those before `head` are settled, and so are empty ones.
    private var entries: [Entry?] = []
    private var head = 0
    /// The number of the message at `head`; the broker counts from 1.
    private var oldest: UInt64 = 1
    private var returned: [UInt64: ReturnedMessage] = [:]
    private(set) var outstanding = 0

    /// Notes the next message that is written to the channel.
    mutating func publish(_ entry: Entry) {
        entries.append(entry)
        outstanding += 1
    }

    /// Notes a message that came back. The broker names no number, but says so before it confirms the message, so it is the oldest that
    /// matches and has not come back before. Messages that cannot be told apart take the same way, so it matters little which it is.
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

    /// Settles a message, or all up to it, as the broker says. A returned message is a failure even where the broker then confirms it.
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

    /// The channel has gone: everything that was not answered for, oldest first. The ledger begins anew.
    mutating func abandon() -> [Entry] {
        let left = entries[head...].compactMap { $0 }
        self = ConfirmLedger()
        return left
    }
}
