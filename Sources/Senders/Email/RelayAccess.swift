import Transfers

/// What one lane has for one relay, so that no lane waits for another's mails.
struct RelayAccess: Sendable {
    /// The lane's own threads and connections.
    let loop: TransferLoop
    /// Nil for the last relay of a chain: there is no other to try. Each lane has its own: when a relay refuses the bulk lane another
    /// connection, login codes still have theirs and need not go to the next relay.
    let standing: RelayStanding?

    init(_ relay: MailRelay, hasNext: Bool, loop: TransferLoop) {
        self.loop = loop
        standing = hasNext ? RelayStanding { loop.reach(relay, within: RelayStanding.limit, completion: $0) } : nil
    }
}
