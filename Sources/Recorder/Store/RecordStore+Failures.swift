import Database
import Model

extension RecordStore {
    private static let failuresStatement = Statement(
        "save failed attempts",
        """
        INSERT INTO attempts (notification, attempt, provider, verdict, reason, at, duration_ms)
        SELECT unnest($1::uuid[]), unnest($2::int[]), unnest($3::text[]), unnest($4::text[]), unnest($5::text[]),
            unnest($6::timestamptz[]), unnest($7::int[])
        ON CONFLICT DO NOTHING
        """)

    static func saveFailures(_ failures: [Changes.FailedAttempt]) -> Call {
        func column(_ element: BinaryArray.Element) -> BinaryArray { BinaryArray(of: element, capacity: failures.count) }
        var (notifications, attempts, moments) = (column(.uuid), column(.integer), column(.moment))
        var (providers, verdicts, reasons) = (column(.text), column(.text), column(.text))
        var durations = column(.integer)
        for failed in failures {
            notifications.append(high: failed.notification.high, low: failed.notification.low)
            attempts.append(Int32(clamping: failed.failure.attempt))
            providers.append(failed.failure.provider)
            verdicts.append(failed.failure.verdict?.rawValue)
            reasons.append(failed.failure.reason)
            moments.append(milliseconds: failed.failure.at.milliseconds)
            durations.append(failed.failure.took.map { Int32(clamping: Int64($0 / .milliseconds(1))) })
        }
        return Call(
            statement: failuresStatement,
            values: [
                .binaryArray(notifications), .binaryArray(attempts), .binaryArray(providers), .binaryArray(verdicts),
                .binaryArray(reasons), .binaryArray(moments), .binaryArray(durations),
            ])
    }
}
