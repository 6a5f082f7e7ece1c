import Contract
import Model

/// Holds each request to the service under whose name it was published. The broker vouches for the user of a message and lets a service's
/// user publish under its own name only; what Posthorn itself publishes, it publishes for the service of the routing key.
///
/// It comes first: what is not authorised touches nothing of the service that it names, neither its record nor its keys nor its events.
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
