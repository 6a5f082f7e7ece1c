import Foundation
import Glibc

/// A TCP connection on which a test writes what no proper client would, on a thread of its own.
final class RawConnection: Sendable {
    private let descriptor: Int32

    /// - Parameter client: from which of this machine's addresses, the last number of 127.0.0.x.
    init(port: UInt16, client: UInt8 = 1) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let own = Self.address(port: 0, last: client)
        let result = unsafe Self.with(own) { unsafe bind(descriptor, $0, $1) }
        guard result == 0, unsafe Self.with(Self.address(port: port, last: 1), { unsafe connect(descriptor, $0, $1) }) == 0
        else { throw POSIXError(.ECONNREFUSED) }
    }

    private static func address(port: UInt16, last: UInt8) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = (UInt32(0x7F00_0000) | UInt32(last)).bigEndian
        return address
    }

    private static func with(_ address: sockaddr_in, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        unsafe withUnsafePointer(to: address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    deinit { close(descriptor) }

    func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Everything until the server closes the connection.
    func readToEnd() async -> String { await read(until: nil) }

    /// Everything until a text has come, or until the server closes the connection.
    func read(until end: String?) async -> String {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { [self] in
                var text: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 4096)
                while end.map({ !String(decoding: text, as: UTF8.self).contains($0) }) ?? true {
                    let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
                    guard count > 0 else { break }
                    text.append(contentsOf: buffer.prefix(count))
                }
                continuation.resume(returning: String(decoding: text, as: UTF8.self))
            }
        }
    }
}
