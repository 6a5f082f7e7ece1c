/// Where a server listens: `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, or `:8080` for every address of the machine.
public struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
    /// A numeric address; `0.0.0.0` and `::` stand for every address of the machine.
    public let host: String
    /// 0 lets the system choose a free one.
    public let port: UInt16

    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `host:port`; nil for anything else. A name other than `localhost` is not taken, because a server must not depend on the
    /// name service to start.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        switch host {
        case "": self.init(host: "0.0.0.0", port: port)
        case "localhost": self.init(host: "127.0.0.1", port: port)
        default:
            guard host.utf8.allSatisfy({ "0123456789abcdefABCDEF.:".utf8.contains($0) }) else { return nil }
            self.init(host: String(host), port: port)
        }
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
