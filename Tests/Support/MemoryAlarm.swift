import Foundation

/// Raises the broker's memory alarm. It blocks the publishers of all virtual hosts, so a suite that uses it must run alone.
public enum MemoryAlarm {
    /// Raises the alarm, runs the body and clears the alarm, also if the body throws.
    public static func raised<Success>(_ body: () async throws -> Success) async throws -> Success {
        try await control("set_vm_memory_high_watermark", "0")
        let result: Result<Success, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        try await clear()
        return try result.get()
    }

    /// Clears the alarm before the body of `raised` returns. Safe to call twice.
    public static func clear() async throws { try await control("set_vm_memory_high_watermark", "0.4") }

    /// Runs `rabbitmqctl` for the node of the tests.
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
