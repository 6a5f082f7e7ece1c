import Foundation
public import JSON
import Transfers

/// A Python process that plays the other side of transfers; `peer.py` tells what it does.
public final class Peer: Sendable {
    public enum Port: String, Sendable {
        case http, https
        /// SMTP with STARTTLS, without, and with TLS from the first byte.
        case smtp, smtpPlain, smtps
        /// SMTP that greets with 554.
        case busy
        /// Accepts and says nothing.
        case silent
        /// Refuses connections.
        case closed
        /// Connecting to it hangs.
        case blackhole
    }

    /// A PEM file with the authority that the peer's certificate, for `localhost` and 127.0.0.1, goes back to.
    public let authority: String
    private let ports: [String: Int]
    private let loop = TransferLoop()
    /// The peer ends when this is closed, which the end of the tests' process does if nothing else.
    private let input: Pipe

    /// One for all suites of a process.
    public static func shared() async throws -> Peer { try await running.value }

    private static let running = Task { try await Peer() }

    private init() async throws {
        let process = Process()
        let input = Pipe()
        let output = Pipe()
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "peer.py").path
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [ProcessInfo.processInfo.environment["POSTHORN_TEST_PYTHON"] ?? "python3", script]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let line = await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: Self.firstLine(of: output.fileHandleForReading)) }.start()
        }
        let document = try JSON(parsing: line)
        authority = document["authority"]?.stringValue ?? ""
        let members = document["ports"]?.objectValue ?? []
        ports = Dictionary(uniqueKeysWithValues: members.map { ($0.name, Int($0.value.integerValue ?? 0)) })
        self.input = input
    }

    public func port(_ port: Port) -> Int { ports[port.rawValue]! }

    /// The peer's own address for a path: `/status/204`.
    public func url(_ path: String, _ port: Port = .http) -> String {
        port == .https ? "https://localhost:\(self.port(port))\(path)" : "http://127.0.0.1:\(self.port(port))\(path)"
    }

    /// The HTTP requests under paths that hold the token.
    public func requests(_ token: String) async throws -> [JSON] { try await list("/recorded?\(token)") }

    /// The mails that hold the token in their text or recipients.
    public func mails(_ token: String) async throws -> [JSON] { try await list("/mails?\(token)") }

    /// Returns once the peer holds a call to `/hold?token`, or a mail to `hold-token`, which then waits for its answer.
    public func held(_ token: String) async throws {
        _ = try await loop.perform(HTTPCall(.get, url("/held?\(token)"), timeout: .seconds(60)))
    }

    /// Has the peer answer what it holds.
    public func release(_ token: String) async throws { _ = try await loop.perform(HTTPCall(.get, url("/release?\(token)"))) }

    private func list(_ path: String) async throws -> [JSON] {
        try JSON(parsing: await loop.perform(HTTPCall(.get, url(path))).body).arrayValue ?? []
    }

    private static func firstLine(of handle: FileHandle) -> [UInt8] {
        var line: [UInt8] = []
        while !line.contains(UInt8(ascii: "\n")) {
            let part = handle.availableData
            if part.isEmpty { break }
            line.append(contentsOf: part)
        }
        return line
    }
}
