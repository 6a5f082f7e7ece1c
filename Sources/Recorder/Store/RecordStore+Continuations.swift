import Database
import Model

extension RecordStore {
    /// The rows were saved, and so locked in order, by the statement before. An event never changes the notification of another tenant.
    private static let continuationsStatement = Statement(
        "save continuations",
        """
        UPDATE notifications SET continued_as = given.next
        FROM unnest($1::uuid[], $2::text[], $3::uuid[]) AS given (id, service, next)
        WHERE notifications.id = given.id AND notifications.service = given.service AND continued_as IS NULL
        """)

    static func saveContinuations(_ continuations: [Changes.Continuation]) -> Call {
        Call(
            statement: continuationsStatement,
            values: [
                .textArray(continuations.map(\.failed.description)), .textArray(continuations.map(\.tenant.text)),
                .textArray(continuations.map(\.next.description)),
            ])
    }
}
