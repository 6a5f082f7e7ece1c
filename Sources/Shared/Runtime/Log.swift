import Foundation
import JSON
import Synchronization

/// Structured log lines on standard error, in logfmt or JSON. Fields must never contain an address, a body or a secret.
public struct Log: Sendable {
    public enum Level: String, CaseIterable, Sendable, Comparable {
        case debug, info, warning, error

        public static func < (left: Self, right: Self) -> Bool {
            allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
        }
    }

    public enum Format: String, CaseIterable, Sendable { case logfmt, json }

    public typealias Fields = KeyValuePairs<String, any CustomStringConvertible & Sendable>

    /// Drops all lines.
    public static let discarded = Log(level: .error, format: .logfmt, write: { _ in }, scope: nil)

    private let level: Level
    private let format: Format
    private let write: @Sendable (String) -> Void
    private let scope: String?

    /// - Parameter write: called with one complete line without its line feed; nil writes to standard error.
    public init(level: Level, format: Format, write: (@Sendable (String) -> Void)? = nil) {
        self.init(level: level, format: format, write: write ?? { StandardError.write($0) }, scope: nil)
    }

    private init(level: Level, format: Format, write: @escaping @Sendable (String) -> Void, scope: String?) {
        self.level = level
        self.format = format
        self.write = write
        self.scope = scope
    }

    /// The same log, with the field `part` in each line.
    public func scoped(to scope: String) -> Log { Log(level: level, format: format, write: write, scope: scope) }

    public func debug(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> Fields = [:]) {
        line(.debug, message, fields)
    }
    public func info(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> Fields = [:]) {
        line(.info, message, fields)
    }
    public func warning(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> Fields = [:]) {
        line(.warning, message, fields)
    }
    public func error(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> Fields = [:]) {
        line(.error, message, fields)
    }

    private func line(_ level: Level, _ message: () -> String, _ fields: () -> Fields) {
        guard level >= self.level else { return }
        var members: [(String, String)] = [("time", Self.clock()), ("level", level.rawValue)]
        if let scope { members.append(("part", scope)) }
        members.append(("message", message()))
        members.append(contentsOf: fields().map { ($0.key, $0.value.description) })
        switch format {
        case .logfmt: write(members.map { "\($0.0)=\(Self.quoted($0.1))" }.joined(separator: " "))
        case .json:
            let document = JSON.object(members.map { JSON.Member($0.0, .string($0.1)) })
            write(String(decoding: document.encoded(), as: UTF8.self))
        }
    }

    private static func clock() -> String { Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)) }

    private static func quoted(_ text: String) -> String {
        let plain = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x3D && $0 != 0x7F }
        return plain ? text : String(decoding: JSON.string(text).encoded(), as: UTF8.self)
    }
}

/// Writes whole lines, one at a time.
enum StandardError {
    private static let lock = Mutex<Void>(())

    static func write(_ line: String) {
        lock.withLock { _ in try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8)) }
    }
}
