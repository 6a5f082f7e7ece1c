import FoundationEssentials

/// A time, in milliseconds since 1970-01-01T00:00:00Z. Its text is RFC 3339 in UTC with three digits after the second.
public struct Timestamp: Hashable, Sendable, Comparable {
    public let milliseconds: Int64

    /// The seconds since 1970 that a request may name: up to the end of the year 9999.
    public static let writableSeconds: ClosedRange<Int64> = 0...253_402_300_799

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Seconds beyond the range of milliseconds become the last time in this range.
    public init(seconds: Int64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        self.milliseconds = overflow ? (seconds < 0 ? .min : .max) : product
    }

    public static var now: Timestamp {
        Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
    }

    /// Whole seconds since 1970, as AMQP and the request's `timestamp` count them.
    public var seconds: Int64 { milliseconds / 1000 }

    public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    public static func + (left: Self, right: Duration) -> Self {
        Timestamp(milliseconds: left.milliseconds + Int64(right / .milliseconds(1)))
    }

    public static func - (left: Self, right: Duration) -> Self { left + (.zero - right) }
}
