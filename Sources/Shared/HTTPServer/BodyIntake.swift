/// Collects the body of one request within its limit.
///
/// A body that is a little too large is read to its end and thrown away, because a client that is still writing would lose the answer with
/// the connection. One that is much too large is not waited for.
struct BodyIntake: Sendable {
    enum Step: Equatable {
        case goOn
        /// Nothing more is read; the connection ends with the answer.
        case refuseNow
    }

    let limit: Int
    private var received = 0
    private var bytes: [UInt8] = []
    private var isDropped = false
    var isTooLarge: Bool { received > limit }
    /// How many bytes it holds.
    var held: Int { bytes.count }

    init(limit: Int) { self.limit = limit }

    private var patience: Int { 4 * limit }

    /// Called once, with what the header announces.
    mutating func announce(length: Int?, expectsContinue: Bool) -> Step {
        guard let length else { return .goOn }
        return length > patience || (length > limit && expectsContinue) ? .refuseNow : .goOn
    }

    mutating func append(_ piece: some Collection<UInt8>) -> Step {
        received += piece.count
        if received <= limit, !isDropped { bytes.append(contentsOf: piece) } else { bytes = [] }
        return received > patience ? .refuseNow : .goOn
    }

    /// Keeps nothing of the body, neither of what has come nor of what follows.
    mutating func drop() {
        isDropped = true
        bytes = []
    }

    /// The body; empty if it is too large. It is handed out once, without a copy.
    mutating func takeBytes() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }
}
