public import Runtime

/// How many notifications a provider's account may send in a second. Over ten seconds it is never more, however many processes use the account.
public struct AccountRate: Sendable, Equatable {
    /// 1–1,000,000.
    public let perSecond: Int

    public init(perSecond: Int) {
        precondition(Self.range.contains(perSecond), "a rate is a number from 1 to a million")
        self.perSecond = perSecond
    }

    /// Reads it from the setting of this name; nil if it is not set.
    public init?(_ reader: inout SettingsReader, _ setting: String) {
        guard let perSecond = reader.optionalInteger(setting, in: Self.range) else { return nil }
        self.perSecond = perSecond
    }

    private static let range = 1...1_000_000

    /// How many notifications of each queue wait in a process for this rate: what a retry delay brings back at once, and some more, so that the
    /// account is not idle until the next ones return.
    var waiting: Int { min(perSecond * 6, Self.mostWaiting) }

    /// The most that wait for one account beside the windows.
    static let mostWaiting = 5_000
}
