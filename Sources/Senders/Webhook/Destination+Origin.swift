import Senders

extension Destination {
    /// The origin of an address (RFC 6454, section 4): scheme, host and port, written the same however the address writes them. Without user
    /// and password, which no call may have, so that a password never reaches a log.
    init(origin address: String) {
        let bytes = address.utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8) else {
            self.init("")
            return
        }
        let scheme = address[..<colon].lowercased()
        let rest = bytes[bytes.index(colon, offsetBy: 3)...]
        var authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        if let at = authority.lastIndex(of: UInt8(ascii: "@")) { authority = authority[authority.index(after: at)...] }
        let usualPort = scheme == "https" ? ":443" : ":80"
        if authority.reversed().starts(with: usualPort.utf8.reversed()) { authority = authority.dropLast(usualPort.utf8.count) }
        if authority.last == UInt8(ascii: ".") { authority = authority.dropLast() }
        self.init("\(scheme)://\(Substring(authority).lowercased())")
    }
}
