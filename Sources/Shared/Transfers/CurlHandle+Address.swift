import CCurl

/// The one place that hands memory to libcurl and to the socket calls beside it.
enum CurlHandle {
    /// The address that a text names (`inet_pton`).
    static func address(_ text: String) -> IPAddress? {
        var four = in_addr()
        if unsafe inet_pton(AF_INET, text, &four) == 1 { return IPAddress(four) }
        var six = in6_addr()
        if unsafe inet_pton(AF_INET6, text, &six) == 1 { return IPAddress(six) }
        return nil
    }

    /// The address and port that a socket is about to connect to; nil for anything but IPv4 and IPv6.
    static func destination(_ socketAddress: UnsafeMutablePointer<curl_sockaddr>) -> (address: IPAddress, port: UInt16)? {
        unsafe withUnsafePointer(to: &socketAddress.pointee.addr) { pointer in
            switch unsafe Int32(pointer.pointee.sa_family) {
            case AF_INET:
                unsafe pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    unsafe (IPAddress($0.pointee.sin_addr), UInt16(bigEndian: $0.pointee.sin_port))
                }
            case AF_INET6:
                unsafe UnsafeRawPointer(pointer).withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    unsafe (IPAddress($0.pointee.sin6_addr), UInt16(bigEndian: $0.pointee.sin6_port))
                }
            default: nil
            }
        }
    }
}

extension IPAddress {
    fileprivate init(_ address: in_addr) { self.init(family: .v4, value: UInt128(UInt32(bigEndian: address.s_addr))) }

    fileprivate init(_ address: in6_addr) {
        let bytes = unsafe withUnsafeBytes(of: address) { unsafe Array($0) }
        self.init(family: .v6, value: bytes.reduce(0) { $0 << 8 | UInt128($1) })
    }
}
