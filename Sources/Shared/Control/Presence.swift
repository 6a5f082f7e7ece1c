import JSON
import Model
import Topology

/// Asks the processes of a role to report that they are there.
struct RollCall: ControlMessage {
    static let type = "posthorn.roll-call.v1"

    init() {}

    init(reading fields: inout FieldReader) throws(FieldError) {}

    var fields: [JSON.Member] { [] }
}

/// A participant reports that it is there, or that it is about to leave.
struct Presence: ControlMessage {
    static let type = "posthorn.presence.v1"
    private static let mediaLimit = 100

    let role: ControlRole
    let media: [Medium]
    let isLeaving: Bool

    init(of participant: Participant, isLeaving: Bool = false) {
        role = participant.role
        media = participant.media
        self.isLeaving = isLeaving
    }

    init(reading fields: inout FieldReader) throws(FieldError) {
        guard let role = try fields.choice("role", ControlRole.self) else { throw fields.wrong("role", "is required") }
        self.role = role
        // A later version may serve media that this one does not know.
        media = try (fields.strings("media", atMost: Self.mediaLimit) ?? []).compactMap(Medium.init)
        isLeaving = try fields.bool("leaving") ?? false
    }

    var fields: [JSON.Member] {
        [
            JSON.Member("role", .string(role.rawValue)),
            JSON.Member("media", .array(media.map { .string($0.rawValue) })), JSON.Member("leaving", .bool(isLeaving)),
        ]
    }
}
