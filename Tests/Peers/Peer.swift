import Foundation
public import JSON
import Transfers

/// A Python process with HTTP and SMTP servers for tests of transfers. `peer.py` documents their behaviour.
public final class Peer: Sendable {
    public enum Port: String, Sendable {
        case http, https
        /// SMTP with STARTTLS, without, and with TLS from the first byte.
        case smtp, smtpPlain, smtps
        /// SMTP that rejects the connection with 554.
        case busy
        /// Accepts connections and never answers.
        case silent
        /// Refuses connections.
        case closed
        /// Connecting to it hangs.
        case blackhole
    }

    /// A PEM file with the authority of the peer's certificate, which is for `localhost` and 127.0.0.1.
    public let authority: String
    private let ports: [String: Int]
    private let loop = TransferLoop()
    /// The peer exits when this is closed, at the latest when the test process exits.
    private let input: Pipe

    /// The peer of this process, shared by all suites.
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

    /// The URL of a path of the peer, such as `/status/204`.
    public func url(_ path: String, _ port: Port = .http) -> String {
        port == .https ? "https://localhost:\(self.port(port))\(path)" : "http://127.0.0.1:\(self.port(port))\(path)"
    }

    /// The recorded HTTP requests whose path contains the token.
    public func requests(_ token: String) async throws -> [JSON] { try await list("/recorded?\(token)") }

    /// The received mails with the token in their text or recipients.
    public func mails(_ token: String) async throws -> [JSON] { try await list("/mails?\(token)") }

    /// Returns when the peer has received a call to `/hold?token` or a mail to `hold-token`, and delays its answer.
    public func held(_ token: String) async throws {
        _ = try await loop.perform(HTTPCall(.get, url("/held?\(token)"), timeout: .seconds(60)))
    }

    /// Makes the peer answer the delayed call or mail.
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
