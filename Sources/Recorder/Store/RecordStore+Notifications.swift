import Database
import Model

extension RecordStore {
    /// Applies the rules of `NotificationChange` to the recorded row: `gives_way` and `takes_status` are those of `Progress`. A row that would
    /// not change is not written.
    ///
    /// The arrays are unnested in the select list, all at once: in `FROM`, PostgreSQL would write each into a temporary store before it
    /// saves the first row.
    private static let notificationsStatement = Statement(
        "save notifications",
        """
        INSERT INTO notifications AS old (
            id, service, request, reference, consumer, endpoint, medium, lane, status, attempt, provider, provider_reference,
            reason, created_at, updated_at)
        SELECT
            unnest($1::uuid[]), unnest($2::text[]), unnest($3::uuid[]), unnest($4::text[]), unnest($5::text[]), unnest($6::uuid[]),
            unnest($7::medium[]), unnest($8::lane[]), unnest($9::notification_status[]), unnest($10::int[]), unnest($11::text[]),
            unnest($12::text[]), unnest($13::text[]), unnest($14::timestamptz[]), unnest($15::timestamptz[])
        ON CONFLICT (id) DO UPDATE SET
            status = CASE
                WHEN gives_way(old.status, old.attempt, excluded.status, excluded.attempt)
                    AND takes_status(old.status, excluded.status) THEN excluded.status
                ELSE old.status END,
            attempt = CASE
                WHEN gives_way(old.status, old.attempt, excluded.status, excluded.attempt)
                    THEN greatest(old.attempt, excluded.attempt)
                ELSE old.attempt END,
            provider = CASE
                WHEN gives_way(old.status, old.attempt, excluded.status, excluded.attempt)
                    AND takes_status(old.status, excluded.status) THEN coalesce(excluded.provider, old.provider)
                ELSE old.provider END,
            provider_reference = CASE
                WHEN gives_way(old.status, old.attempt, excluded.status, excluded.attempt)
                    AND takes_status(old.status, excluded.status)
                    THEN coalesce(excluded.provider_reference, old.provider_reference)
                ELSE old.provider_reference END,
            reason = CASE
                WHEN NOT gives_way(old.status, old.attempt, excluded.status, excluded.attempt) THEN old.reason
                WHEN takes_status(old.status, excluded.status) THEN excluded.reason
                ELSE coalesce(excluded.reason, old.reason) END,
            created_at = least(old.created_at, excluded.created_at),
            updated_at = CASE
                WHEN gives_way(old.status, old.attempt, excluded.status, excluded.attempt)
                    THEN greatest(old.updated_at, excluded.updated_at)
                ELSE old.updated_at END
        WHERE old.service = excluded.service
            AND (gives_way(old.status, old.attempt, excluded.status, excluded.attempt)
                OR excluded.created_at < old.created_at)
        """)

    static func saveNotifications(_ changes: [NotificationChange]) -> Call {
        func column(_ element: BinaryArray.Element) -> BinaryArray { BinaryArray(of: element, capacity: changes.count) }
        var (ids, requests, endpoints) = (column(.uuid), column(.uuid), column(.uuid))
        var (services, references, consumers) = (column(.text), column(.text), column(.text))
        // Enum labels are sent as text: only the server knows the OID of the type.
        var media = ArrayLiteral(capacity: changes.count * 8)
        var lanes = ArrayLiteral(capacity: changes.count * 8)
        var statuses = ArrayLiteral(capacity: changes.count * 10)
        var attempts = column(.integer)
        var (providers, providerReferences, reasons) = (column(.text), column(.text), column(.text))
        var (created, updated) = (column(.moment), column(.moment))
        for change in changes {
            ids.append(high: change.id.high, low: change.id.low)
            services.append(change.tenant.text)
            requests.append(high: change.request.high, low: change.request.low)
            references.append(change.reference)
            consumers.append(change.consumer)
            endpoints.append(high: change.endpoint.high, low: change.endpoint.low)
            media.append(unquoted: change.medium.rawValue.utf8)
            lanes.append(unquoted: change.lane.rawValue.utf8)
            statuses.append(unquoted: change.status.rawValue.utf8)
            attempts.append(Int32(clamping: change.attempt))
            providers.append(change.provider)
            providerReferences.append(change.providerReference)
            reasons.append(change.reason)
            created.append(milliseconds: change.createdAt.milliseconds)
            updated.append(milliseconds: change.updatedAt.milliseconds)
        }
        return Call(
            statement: notificationsStatement,
            values: [
                .binaryArray(ids), .binaryArray(services), .binaryArray(requests), .binaryArray(references),
                .binaryArray(consumers), .binaryArray(endpoints), .array(media), .array(lanes), .array(statuses),
                .binaryArray(attempts), .binaryArray(providers), .binaryArray(providerReferences), .binaryArray(reasons),
                .binaryArray(created), .binaryArray(updated),
            ])
    }
}
