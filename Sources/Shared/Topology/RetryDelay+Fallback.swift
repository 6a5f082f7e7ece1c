extension RetryDelay {
    /// This delay, and which to use when its queue is full: the next longer delay, then the shorter ones, after which a notification waits again.
    /// No much longer delay: a notification with a delay of five seconds must not wait for hours because a queue was full for a moment.
    public var fallbacks: [RetryDelay] {
        let place = Self.allCases.firstIndex(of: self)!
        return Self.allCases[place...].prefix(2) + Self.allCases[..<place].reversed()
    }
}
