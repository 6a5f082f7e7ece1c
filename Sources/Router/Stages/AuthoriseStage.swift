import Contract
import Model

/// Checks that each request was published by the tenant that it names. The broker validates the user of a message and lets the user of a tenant
/// publish under its own name only; what Posthorn itself publishes, it publishes for the tenant of the routing key.
///
/// This stage is the first: an unauthorised request changes nothing of the tenant that it names, neither its record nor its keys nor its events.
struct AuthoriseStage: Stage {
    /// The broker users of Posthorn's own producers.
    let trustedUsers: Set<String>

    func run(_ batch: Batch<Submission>) -> Batch<Submission> {
        batch.map { submission in
            let tenant = submission.tenant.text
            guard let user = submission.user else {
                return .stop(.unauthorised(why: "user-id must be set, to the broker user of the service \(tenant)"))
            }
            guard user == tenant || trustedUsers.contains(user) else {
                return .stop(.unauthorised(why: "the broker user \(user) may not send for the service \(tenant)"))
            }
            return .proceed(submission)
        }
    }
}
