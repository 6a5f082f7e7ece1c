import Foundation

/// Runs a program in the Python of `POSTHORN_TEST_PYTHON`, which has the packages of `Tests/requirements.txt`.
public enum Python {
    /// Whether `POSTHORN_TEST_PYTHON` is set.
    public static let isGiven = ProcessInfo.processInfo.environment["POSTHORN_TEST_PYTHON"] != nil

    /// The program's standard output. Its standard error is that of the tests.
    public static func run(_ program: String, input: [UInt8] = []) async throws -> String {
        var output: [String] = []
        for await line in try lines(of: program, input: input) { output.append(line) }
        return output.joined(separator: "\n")
    }

    /// The lines of the program's standard output, as they are written, without line ends.
    public static func lines(of program: String, input: [UInt8] = []) throws -> AsyncStream<String> {
        let process = Process()
        let (stdin, stdout) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [ProcessInfo.processInfo.environment["POSTHORN_TEST_PYTHON"] ?? "python3", "-c", program]
        process.standardInput = stdin
        process.standardOutput = stdout
        try process.run()
        let (lines, line) = AsyncStream.makeStream(of: String.self)
        Thread {
            try? stdin.fileHandleForWriting.write(contentsOf: Data(input))
            try? stdin.fileHandleForWriting.close()
            var unread = Data()
            while case let part = stdout.fileHandleForReading.availableData, !part.isEmpty {
                unread.append(part)
                while let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                    line.yield(String(decoding: unread[..<end], as: UTF8.self))
                    unread = unread[(end + 1)...]
                }
            }
            if !unread.isEmpty { line.yield(String(decoding: unread, as: UTF8.self)) }
            line.finish()
        }.start()
        return lines
    }
}
