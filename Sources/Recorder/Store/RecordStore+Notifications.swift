import Database
import Model

extension RecordStore {
    /// The rules of `NotificationChange`, held against what is on record: what is final stays, a later status takes its provider
    /// and reason with it, a higher attempt is noted. A row that would not change is not written.
    private static let notificationsStatement = Statement(
        "save notifications",
        """
        INSERT INTO notifications AS old (
            id, service, request, reference, consumer, endpoint, medium, lane, status, attempt, provider, provider_reference,
            reason, created_at, updated_at)
        SELECT * FROM unnest(
            $1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::medium[], $8::lane[],
            $9::notification_status[], $10::int[], $11::text[], $12::text[], $13::text[], $14::timestamptz[], $15::timestamptz[])
        ON CONFLICT (id) DO UPDATE SET
            status = CASE WHEN old.status < 'delivered' THEN greatest(old.status, excluded.status) ELSE old.status END,
            attempt = CASE WHEN old.status < 'delivered' THEN greatest(old.attempt, excluded.attempt) ELSE old.attempt END,
            provider = CASE
                WHEN old.status < 'delivered' AND excluded.status > old.status THEN coalesce(excluded.provider, old.provider)
                ELSE old.provider END,
            provider_reference = CASE
                WHEN old.status < 'delivered' AND excluded.status > old.status
                    THEN coalesce(excluded.provider_reference, old.provider_reference)
                ELSE old.provider_reference END,
            reason = CASE
                WHEN old.status < 'delivered' AND excluded.status > old.status THEN excluded.reason
                WHEN old.status < 'delivered' AND excluded.attempt > old.attempt THEN coalesce(excluded.reason, old.reason)
                ELSE old.reason END,
            created_at = least(old.created_at, excluded.created_at),
            updated_at = CASE
                WHEN old.status < 'delivered' AND (excluded.status > old.status OR excluded.attempt > old.attempt)
                    THEN greatest(old.updated_at, excluded.updated_at)
                ELSE old.updated_at END
        WHERE old.service = excluded.service
            AND (old.status < 'delivered' AND (excluded.status > old.status OR excluded.attempt > old.attempt)
                OR excluded.created_at < old.created_at)
        """)

    private static let failuresStatement = Statement(
        "save failed attempts",
        """
        INSERT INTO attempts (notification, attempt, provider, reason, at)
        SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::timestamptz[])
        ON CONFLICT DO NOTHING
        """)

    /// Only endpoints of consumers of the service that sent: no event reaches another's.
    private static let retireStatement = Statement(
        "retire endpoints",
        """
        UPDATE endpoints SET state = 'gone'
        FROM unnest($1::uuid[], $2::text[]) AS gone (id, service), consumers, services
        WHERE endpoints.id = gone.id AND endpoints.state = 'active' AND consumers.id = endpoints.consumer_id
            AND services.id = consumers.service_id AND services.name = gone.service
        """)

    static func saveNotifications(_ changes: [NotificationChange]) -> Call {
        var columns = (0..<15).map { column in ArrayLiteral(capacity: changes.count * (column < 3 ? 40 : 26)) }
        for change in changes {
            columns[0].append(unquoted: change.id.description.utf8)
            columns[1].append(change.service.text)
            columns[2].append(unquoted: change.request.description.utf8)
            columns[3].append(change.reference)
            columns[4].append(change.consumer)
            columns[5].append(unquoted: change.endpoint.description.utf8)
            columns[6].append(unquoted: change.medium.rawValue.utf8)
            columns[7].append(unquoted: change.lane.rawValue.utf8)
            columns[8].append(unquoted: change.status.rawValue.utf8)
            columns[9].append(Int64(change.attempt))
            columns[10].append(change.provider)
            columns[11].append(change.providerReference)
            columns[12].append(change.reason)
            columns[13].append(milliseconds: change.createdAt.milliseconds)
            columns[14].append(milliseconds: change.updatedAt.milliseconds)
        }
        return Call(statement: notificationsStatement, values: columns.map { .array($0) })
    }

    static func saveFailures(_ failures: [Changes.FailedAttempt]) -> Call {
        var columns = [ArrayLiteral](repeating: ArrayLiteral(), count: 5)
        for failed in failures {
            columns[0].append(unquoted: failed.notification.description.utf8)
            columns[1].append(Int64(failed.failure.attempt))
            columns[2].append(failed.failure.provider)
            columns[3].append(failed.failure.reason)
            columns[4].append(milliseconds: failed.failure.at.milliseconds)
        }
        return Call(statement: failuresStatement, values: columns.map { .array($0) })
    }

    static func retireEndpoints(_ gone: [Changes.GoneEndpoint]) -> Call {
        Call(
            statement: retireStatement,
            values: [.textArray(gone.map(\.endpoint.description)), .textArray(gone.map(\.service.text))])
    }
}
