import CMicroHTTPD
import Glibc

extension MicroHTTPDHandle {
    /// A socket that listens. The address is numeric, so nothing is asked of the name service.
    static func listen(on address: ListenAddress) throws(HTTPServerError) -> Int32 {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>? = nil
        guard unsafe getaddrinfo(address.host, String(address.port), &hints, &found) == 0, let info = unsafe found else {
            throw .cannotListen(address, why: "not a numeric address")
        }
        defer { unsafe freeaddrinfo(info) }
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let listener = unsafe socket(info.pointee.ai_family, type, 0)
        var yes: Int32 = 1
        guard listener >= 0,
            unsafe setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size)) == 0,
            unsafe bind(listener, info.pointee.ai_addr, info.pointee.ai_addrlen) == 0, Glibc.listen(listener, 1024) == 0
        else {
            let why = unsafe String(cString: strerror(errno))
            if listener >= 0 { Glibc.close(listener) }
            throw .cannotListen(address, why: why)
        }
        return listener
    }

    static func port(of listener: Int32) -> UInt16 {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutablePointer(to: &address) { storage in
            unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = unsafe getsockname(listener, $0, &length) }
            // The port is at the same offset in both families.
            return unsafe storage.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                unsafe UInt16(bigEndian: $0.pointee.sin_port)
            }
        }
    }

    /// A connection's other end.
    static func client(at address: UnsafePointer<sockaddr>?) -> ConnectionWatch.Client {
        unsafe ConnectionWatch.Client(network: network(of: address))
    }

    /// The first 64 bits of an IPv6 address, which is what one client can choose its addresses from; all of an IPv4 address, also where it is
    /// mapped into IPv6 (RFC 4291, section 2.5.5.2).
    private static func network(of address: UnsafePointer<sockaddr>?) -> UInt64 {
        guard let address = unsafe address else { return 0 }
        let isLong = unsafe Int32(address.pointee.sa_family) == AF_INET6
        let bytes = unsafe UnsafeRawBufferPointer(
            start: address, count: isLong ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size)
        // Port and flow come before an IPv6 address, the port before an IPv4 address.
        let digits = unsafe Array(isLong ? bytes[8..<24] : bytes[4..<8])
        let isMapped = digits.starts(with: Array(repeating: 0, count: 10) + [0xFF, 0xFF])
        return (isMapped ? digits[12...] : digits.prefix(8)).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
