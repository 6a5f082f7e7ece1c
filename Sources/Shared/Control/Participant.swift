public import Model
public import Topology

/// One role of one process, as the others on `control` know it.
public struct Participant: Sendable, Hashable {
    /// Random, so that each start of a process is another participant.
    public let id: String
    public let role: ControlRole
    /// What a sender serves; empty for the other roles.
    public let media: [Medium]

    public init(_ role: ControlRole, media: [Medium] = []) {
        self.init(id: String(UInt64.random(in: .min ... .max), radix: 36), role, media: media)
    }

    init(id: String, _ role: ControlRole, media: [Medium]) {
        self.id = id
        self.role = role
        self.media = media
    }

    /// The addresses whose messages it receives.
    var addresses: [ControlAddress] { [.participant(id), .all(role)] + media.map { .senders($0) } }
}
