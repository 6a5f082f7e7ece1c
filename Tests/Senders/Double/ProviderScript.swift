public import Model
public import Senders

/// What a provider double answers to each notification, and when.
public struct ProviderScript: Sendable {
    public enum Answer: Sendable {
        case now(Verdict)
        case after(Duration, Verdict)
        /// Not before the test calls `end` or `release`.
        case hanging(Verdict)
    }

    let answer: @Sendable (Notification) -> Answer

    public init(_ answer: @escaping @Sendable (Notification) -> Answer) { self.answer = answer }

    /// Answers at once.
    public static func verdicts(_ verdict: @escaping @Sendable (Notification) -> Verdict) -> ProviderScript {
        ProviderScript { .now(verdict($0)) }
    }

    public static func always(_ verdict: Verdict) -> ProviderScript { verdicts { _ in verdict } }

    /// - Parameter verdicts: of the first attempt, the second, …; the last one is repeated. At least one.
    public static func attempts(_ verdicts: Verdict...) -> ProviderScript {
        precondition(!verdicts.isEmpty, "a script has at least one verdict")
        return .verdicts { verdicts[min(max($0.attempt, 1), verdicts.count) - 1] }
    }

    public static func addresses(_ verdicts: [String: Verdict], others: Verdict = .delivered(reference: nil)) -> ProviderScript {
        .verdicts { verdicts[$0.endpoint.address] ?? others }
    }

    /// Gives a share of the notifications another verdict: always the same ones for the same seed, in whatever order they come.
    ///
    /// - Parameter share: 0–1.
    public static func share(
        _ share: Double, _ verdict: Verdict, seed: UInt64, others: Verdict = .delivered(reference: nil)
    ) -> ProviderScript {
        .verdicts { $0.id.lot(seed) < share ? verdict : others }
    }

    /// The same answers, each later by this time.
    public func slowed(by time: Duration) -> ProviderScript { slowed(between: time...time, seed: 0) }

    /// The same answers, each later by a time of its own within the range.
    public func slowed(between times: ClosedRange<Duration>, seed: UInt64) -> ProviderScript {
        ProviderScript { [answer] notification in
            let delay = times.lowerBound + (times.upperBound - times.lowerBound) * notification.id.lot(seed)
            return switch answer(notification) {
            case .now(let verdict): .after(delay, verdict)
            case .after(let time, let verdict): .after(time + delay, verdict)
            case .hanging(let verdict): .hanging(verdict)
            }
        }
    }

    /// The same verdicts, but these notifications hang.
    public func hanging(where hangs: @escaping @Sendable (Notification) -> Bool = { _ in true }) -> ProviderScript {
        ProviderScript { [answer] notification in
            guard hangs(notification) else { return answer(notification) }
            switch answer(notification) {
            case .now(let verdict), .after(_, let verdict), .hanging(let verdict): return .hanging(verdict)
            }
        }
    }
}

extension NotificationID {
    /// A number from 0 to 1 that looks random and depends only on the id and the seed (FNV-1a, and the last step of SplitMix64).
    fileprivate func lot(_ seed: UInt64) -> Double {
        var hash = description.utf8.reduce(14_695_981_039_346_656_037 ^ seed) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
        hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
        return Double((hash ^ (hash >> 31)) >> 11) / Double(1 << 53 as UInt64)
    }
}
