import Foundation

/// Runs a program in the Python that the tests were given, which has the packages of `Tests/requirements.txt`.
public enum Python {
    /// Whether the tests were given one.
    public static let isGiven = ProcessInfo.processInfo.environment["POSTHORN_TEST_PYTHON"] != nil

    /// What the program writes to standard output; its errors go where the tests' go.
    public static func run(_ program: String, input: [UInt8] = []) async throws -> String {
        let process = Process()
        let (stdin, stdout) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [ProcessInfo.processInfo.environment["POSTHORN_TEST_PYTHON"] ?? "python3", "-c", program]
        process.standardInput = stdin
        process.standardOutput = stdout
        try process.run()
        return await withCheckedContinuation { continuation in
            Thread {
                try? stdin.fileHandleForWriting.write(contentsOf: Data(input))
                try? stdin.fileHandleForWriting.close()
                let output = stdout.fileHandleForReading.readDataToEndOfFile()
                continuation.resume(returning: String(decoding: output, as: UTF8.self))
            }.start()
        }
    }
}
