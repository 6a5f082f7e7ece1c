import Glibc

/// Reads addresses with the C library, so that they mean here what they mean to the resolver and the socket.
enum AddressHandle {
    /// The address that a text names (`inet_pton`).
    static func address(_ text: String) -> IPAddress? {
        var four = in_addr()
        if unsafe inet_pton(AF_INET, text, &four) == 1 { return IPAddress(v4: UInt32(bigEndian: four.s_addr)) }
        var six = in6_addr()
        guard unsafe inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        let bytes = unsafe withUnsafeBytes(of: six) { unsafe Array($0) }
        return IPAddress(v6: bytes.reduce(0) { $0 << 8 | UInt128($1) })
    }
}
