/// The connection on which a process receives demands and grants of tokens.
public enum LimitConnection {
    /// A process that hangs, but has not ended, keeps the queue of demands until the broker counts its connection as lost: after two or three times
    /// this time. Until then nobody grants tokens. Other connections wait longer, because what they have begun would be sent again.
    public static let heartbeat = Duration.seconds(3)
}
