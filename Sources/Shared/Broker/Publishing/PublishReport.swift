/// Which messages of one publish the broker has not confirmed. All others of the call are confirmed.
public struct PublishReport: Sendable, Equatable {
    /// One message without a confirm.
    public struct Failure: Sendable, Equatable {
        /// The message's place in the call.
        public let index: Int
        public let error: PublishError
        /// Whether the message may be on a queue all the same, so that another publish of it may be a second copy. False where it was
        /// never written, came back, or is what the broker closed the channel for.
        public let mayHaveArrived: Bool

        public init(index: Int, error: PublishError, mayHaveArrived: Bool) {
            self.index = index
            self.error = error
            self.mayHaveArrived = mayHaveArrived
        }
    }

    /// In the order in which they became known; empty where everything is confirmed.
    public let failures: [Failure]

    public init(failures: [Failure]) { self.failures = failures }

    public var isConfirmed: Bool { failures.isEmpty }
}
