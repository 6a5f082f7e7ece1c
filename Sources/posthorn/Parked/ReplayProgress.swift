/// The line on standard error that says how far a replay is, on a terminal only.
struct ReplayProgress: Sendable {
    let isTerminal: Bool
    private let start = ContinuousClock.now

    init(isTerminal: Bool) { self.isTerminal = isTerminal }

    var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

    /// - Parameter parked: how many messages are parked on the queues that were reached.
    func show(_ tally: ReplayTally, of parked: Int) {
        guard isTerminal else { return }
        let rate = Int(Double(tally.replayed) / max(seconds, 0.001))
        let kept = tally.kept == 0 ? "" : ", \(Amounts.grouped(tally.kept)) cannot be"
        Console.note(
            "\r\(Self.cleared)\(Amounts.grouped(tally.replayed)) of \(Amounts.grouped(parked)) replayed, \(rate)/s\(kept)")
    }

    func clear() { if isTerminal { Console.note("\r\(Self.cleared)") } }

    /// The control sequence that clears the line (ECMA-48, EL).
    private static let cleared = "\u{1B}[2K"
}
