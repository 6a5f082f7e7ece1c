import Foundation

/// Has the broker run out of memory, as far as it knows. That stops the publishers of every virtual host, so whoever does it must be alone
/// with the broker.
public enum MemoryAlarm {
    /// Raises the alarm for the body and clears it again, whatever comes of the body.
    public static func raised<Success>(_ body: () async throws -> Success) async throws -> Success {
        try await control("set_vm_memory_high_watermark", "0")
        let result: Result<Success, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        try await clear()
        return try result.get()
    }

    /// Clears it before the body of `raised` is done. Twice does no harm.
    public static func clear() async throws { try await control("set_vm_memory_high_watermark", "0.4") }

    /// `rabbitmqctl`, as the scripts call it for their own node.
    private static func control(_ words: String...) async throws {
        guard let folder = ProcessInfo.processInfo.environment["POSTHORN_TEST_BROKER_FOLDER"] else { throw Failed(words: words) }
        let checkout = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        let process = Process()
        process.currentDirectoryURL = checkout
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["bash", "-c", "source script/lib/broker.sh; broker_control \"$@\"", "broker_control", folder] + words
        let status: Int32 = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        guard status == 0 else { throw Failed(words: words) }
    }

    private struct Failed: Error, CustomStringConvertible {
        let words: [String]
        var description: String {
            "rabbitmqctl \(words.joined(separator: " ")) failed; run script/test, which starts the servers"
        }
    }
}
