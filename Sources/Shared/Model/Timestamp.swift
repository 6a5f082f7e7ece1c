import FoundationEssentials

/// A moment, in milliseconds since 1970-01-01T00:00:00Z. Its text is RFC 3339 in UTC with three digits after the second.
public struct Timestamp: Hashable, Sendable, Comparable, CustomStringConvertible, LosslessStringConvertible {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Seconds beyond what milliseconds can count become the last moment that they can.
    public init(seconds: Int64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        self.milliseconds = overflow ? (seconds < 0 ? .min : .max) : product
    }

    /// Reads RFC 3339 with any offset, with or without a fraction; nil for anything else.
    public init?(_ description: String) {
        let whole = Date.ISO8601FormatStyle()
        let style =
            description.contains(".")
            ? whole.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .colon) : whole
        guard let date = try? style.parse(description) else { return nil }
        self.init(date)
    }

    private init(_ date: Date) { milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded()) }

    public static var now: Timestamp { Timestamp(Date()) }

    public var description: String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// Whole seconds since 1970, as AMQP and the request's `timestamp` count them.
    public var seconds: Int64 { milliseconds / 1000 }

    public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    public static func + (left: Self, right: Duration) -> Self {
        Timestamp(milliseconds: left.milliseconds + Int64(right / .milliseconds(1)))
    }
}
