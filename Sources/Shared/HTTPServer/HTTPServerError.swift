/// Why a server could not start.
public enum HTTPServerError: Error, CustomStringConvertible {
    /// `why` is the system's own text: "Address already in use".
    case cannotListen(ListenAddress, why: String)
    case cannotStart(why: String)

    public var description: String {
        switch self {
        case .cannotListen(let address, let why): "cannot listen on \(address): \(why)"
        case .cannotStart(let why): "the HTTP server cannot start: \(why)"
        }
    }
}
