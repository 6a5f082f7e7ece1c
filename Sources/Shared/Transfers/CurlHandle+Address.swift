import CCurl
import Destinations

/// The one place that hands memory to libcurl and to the socket calls beside it.
enum CurlHandle {
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
    fileprivate init(_ address: in_addr) { self.init(v4: UInt32(bigEndian: address.s_addr)) }

    fileprivate init(_ address: in6_addr) {
        let bytes = unsafe withUnsafeBytes(of: address) { unsafe Array($0) }
        self.init(v6: bytes.reduce(0) { $0 << 8 | UInt128($1) })
    }
}
