/// Which messages of one publish are not confirmed. All others are.
public struct PublishReport: Sendable, Equatable {
    /// One unconfirmed message.
    public struct Failure: Sendable, Equatable {
        /// The message's index in the call.
        public let index: Int
        public let error: PublishError
        /// Whether the message may be in a queue nevertheless, so that a retry may be a possible duplicate. False if it was never written, was
        /// returned, or is what the broker closed the AMQP channel for.
        public let mayHaveArrived: Bool

        public init(index: Int, error: PublishError, mayHaveArrived: Bool) {
            self.index = index
            self.error = error
            self.mayHaveArrived = mayHaveArrived
        }
    }

    /// In the order in which they became known; empty if all are confirmed.
    public let failures: [Failure]

    public init(failures: [Failure]) { self.failures = failures }

    public var isConfirmed: Bool { failures.isEmpty }
}
