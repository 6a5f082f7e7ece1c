import Executors
import Glibc

/// Runs on a thread of its own, like the actors of the broker and the database.
actor Worker {
    nonisolated let executor = ThreadExecutor(name: "worker")
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    private var count = 0

    func thread() -> UInt { currentThread() }
    func add() { count += 1 }
    func total() -> Int { count }
}

func currentThread() -> UInt { UInt(pthread_self()) }

/// A pipe that a test writes to and a pump reads without waiting.
final class Signal: Sendable {
    let reader: Int32
    private let writer: Int32

    init() {
        var ends: [Int32] = [0, 0]
        precondition(unsafe pipe(&ends) == 0)
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        reader = ends[0]
        writer = ends[1]
    }

    deinit {
        close(reader)
        close(writer)
    }

    func send(_ byte: UInt8) { _ = unsafe withUnsafeBytes(of: byte) { unsafe write(writer, $0.baseAddress, 1) } }

    func receive() -> UInt8? {
        var byte: UInt8 = 0
        return unsafe read(reader, &byte, 1) == 1 ? byte : nil
    }
}
