import Control
import JSON
import Model

/// A sender's notice to the other senders of a medium that the breaker of a destination has opened or closed.
struct BreakerNotice: ControlMessage, Equatable {
    static let type = "posthorn.breaker.v1"
    /// A longer notice of another process counts as this long.
    private static let longest = Duration.seconds(3600)

    let medium: Medium
    let destination: Destination
    let transition: Breaker.Transition

    init(_ medium: Medium, _ destination: Destination, _ transition: Breaker.Transition) {
        self.medium = medium
        self.destination = destination
        self.transition = transition
    }

    init(reading fields: inout FieldReader) throws(FieldError) {
        guard let medium = Medium(rawValue: try fields.requiredString("medium")) else {
            throw fields.wrong("medium", "is not the name of a medium")
        }
        self.medium = medium
        destination = Destination(try fields.requiredString("destination"))
        let openFor = try fields.integer("open_ms", in: 0...Int64(Self.longest / .milliseconds(1))) ?? 0
        transition = openFor > 0 ? .opened(for: .milliseconds(openFor)) : .closed
    }

    var fields: [JSON.Member] {
        let openFor: Duration = if case .opened(let time) = transition { time } else { .zero }
        return [
            JSON.Member("medium", .string(medium.rawValue)), JSON.Member("destination", .string(destination.description)),
            JSON.Member("open_ms", .integer(Int64(openFor / .milliseconds(1)))),
        ]
    }
}
