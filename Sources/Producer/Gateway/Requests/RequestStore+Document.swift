import Cancellations
import JSON

extension RequestStore.Record {
    /// The `Progress` of the API's description.
    ///
    /// - Parameter reach: for the answer to a cancellation: who knows of it.
    func document(_ answer: CountCache.Answer, cancelled reach: CancellationNotices.Reach? = nil) -> JSON {
        [
            "id": .string(id.description), "state": .string(state), "expanded": .bool(state == "expanded"),
            "reason": JSON(reason), "priority": .string(lane), "channel": JSON(channels), "reference": JSON(reference),
            "accepted_at": .string(acceptedAt.description), "finished_at": JSON(finishedAt?.description),
            "notifications": [
                "total": JSON(answer.counts.total),
                "by_status": .object(answer.counts.byStatus.map { JSON.Member($0.status.rawValue, JSON($0.number)) }),
                "not_created": JSON(answer.counts.notCreated), "counted_at": .string(answer.countedAt.description),
            ],
            "cancellation": cancelledAt == nil && reach == nil ? .null : cancellation(answer.counts, reach),
        ]
    }

    private func cancellation(_ counts: RequestStore.Counts, _ reach: CancellationNotices.Reach?) -> JSON {
        let stopped = counts.number(of: .cancelled) + counts.notCreated
        let remaining = cancelledAt == nil ? 0 : counts.number(of: .created)
        let members = [
            JSON.Member("cancelled_at", JSON(cancelledAt?.description)), JSON.Member("stopped", JSON(stopped)),
            JSON.Member("remaining", JSON(remaining)),
        ]
        return .object(members + (reach.map { [JSON.Member("confirmed", .bool($0 == .everybody))] } ?? []))
    }
}
