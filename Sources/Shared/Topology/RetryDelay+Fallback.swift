extension RetryDelay {
    /// This step, and where to go when it is full: the next longer step, then the shorter ones, from which a notification comes back to wait
    /// on. No step that is much longer: what could be tried in five seconds must not wait for hours because a queue was full for a moment.
    public var fallbacks: [RetryDelay] {
        let place = Self.allCases.firstIndex(of: self)!
        return Self.allCases[place...].prefix(2) + Self.allCases[..<place].reversed()
    }
}
