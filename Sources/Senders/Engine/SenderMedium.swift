public import Model
public import Runtime

/// A medium that a sender process can serve. It says all that the engine needs to run it, so that a process is a list of these.
public protocol SenderMedium: Sendable {
    var medium: Medium { get }

    /// Reads the medium's settings and makes what sends its notifications. Nothing is connected yet.
    ///
    /// - Parameters:
    ///   - settings: remembers each wrong setting; the caller finishes it before it starts anything.
    ///   - context: its log is the sender's own.
    /// - Returns: nil if the operator has not set the medium up. Its notifications then wait on their queues.
    func setUp(settings: inout SettingsReader, context: RoleContext) -> MediumSetup?
}
