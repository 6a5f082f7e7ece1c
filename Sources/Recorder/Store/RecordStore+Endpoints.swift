import Database
import Model

/// All of these change endpoints of the tenant's own consumers only: an event never changes those of another tenant.
extension RecordStore {
    private static let retireStatement = Statement(
        "retire endpoints",
        """
        WITH retired AS (
            UPDATE endpoints SET state = 'gone'
            FROM unnest($1::uuid[], $2::text[]) AS gone (id, service), consumers, services
            WHERE endpoints.id = gone.id AND endpoints.state = 'active' AND consumers.id = endpoints.consumer_id
                AND services.id = consumers.service_id AND services.name = gone.service
            RETURNING endpoints.id)
        DELETE FROM failing_endpoints USING retired WHERE failing_endpoints.endpoint = retired.id
        """)

    /// A failure a moment after the last one changes nothing, so that an endpoint with many notifications is not written for each of them.
    private static let failingStatement = Statement(
        "save failing endpoints",
        """
        INSERT INTO failing_endpoints AS old (endpoint, failing_since, last_failure)
        SELECT endpoints.id, given.since, given.last
        FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[]) AS given (id, service, since, last)
            JOIN endpoints ON endpoints.id = given.id AND endpoints.state = 'active'
            JOIN consumers ON consumers.id = endpoints.consumer_id
            JOIN services ON services.id = consumers.service_id AND services.name = given.service
        ORDER BY endpoints.id
        ON CONFLICT (endpoint) DO UPDATE SET
            failing_since = least(old.failing_since, excluded.failing_since),
            last_failure = greatest(old.last_failure, excluded.last_failure)
        WHERE excluded.failing_since < old.failing_since OR excluded.last_failure > old.last_failure + interval '1 minute'
        """)

    private static let recoveredStatement = Statement(
        "save recovered endpoints",
        """
        DELETE FROM failing_endpoints
        USING unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS given (id, service, at), endpoints, consumers, services
        WHERE failing_endpoints.endpoint = given.id AND failing_endpoints.failing_since <= given.at
            AND endpoints.id = given.id AND consumers.id = endpoints.consumer_id AND services.id = consumers.service_id
            AND services.name = given.service
        """)

    static func retireEndpoints(_ gone: [Changes.GoneEndpoint]) -> Call {
        Call(
            statement: retireStatement,
            values: [.textArray(gone.map(\.endpoint.description)), .textArray(gone.map(\.tenant.text))])
    }

    /// What failed after a success is saved after it, so that it begins a new count.
    static func saveEndpoints(_ changes: EndpointChanges) -> [Call] {
        var calls: [Call] = []
        if !changes.recovered.isEmpty {
            calls.append(
                Call(
                    statement: recoveredStatement,
                    values: [
                        .textArray(changes.recovered.map(\.endpoint.description)),
                        .textArray(changes.recovered.map(\.tenant.text)),
                        .textArray(changes.recovered.map(\.at.description)),
                    ]))
        }
        if !changes.failing.isEmpty {
            calls.append(
                Call(
                    statement: failingStatement,
                    values: [
                        .textArray(changes.failing.map(\.endpoint.description)),
                        .textArray(changes.failing.map(\.tenant.text)),
                        .textArray(changes.failing.map(\.since.description)),
                        .textArray(changes.failing.map(\.last.description)),
                    ]))
        }
        return calls
    }
}
