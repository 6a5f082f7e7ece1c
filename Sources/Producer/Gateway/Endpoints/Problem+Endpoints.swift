import WebAPI

extension Problem {
    static let endpointsFull = conflict(
        "The consumer has \(EndpointStore.limit) endpoints, and may have no more. Remove one first.")
}
