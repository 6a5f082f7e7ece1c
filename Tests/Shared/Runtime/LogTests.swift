import JSON
import Runtime
import Synchronization
import Testing

@Suite struct LogTests {
    /// Collects the lines of a log.
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        var all: [String] { lines.withLock { $0 } }

        func log(_ format: Log.Format, from level: Log.Level = .debug) -> Log {
            Log(level: level, format: format) { line in self.lines.withLock { $0.append(line) } }
        }
    }

    @Test func `logfmt quotes values where needed`() throws {
        let lines = Lines()
        lines.log(.logfmt).scoped(to: "router").warning("connection lost", ["attempt": 2, "error": "a \"b\"\nc=d", "empty": ""])
        let line = try #require(lines.all.first)
        #expect(line.hasPrefix("time=20"))
        #expect(
            line.hasSuffix(
                #"level=warning part=router message="connection lost" attempt=2 error="a \"b\"\nc=d" empty="""#))
    }

    @Test func `a JSON line is valid JSON`() throws {
        let lines = Lines()
        lines.log(.json).error("it broke", ["queue": "send.email.bulk"])
        let document = try JSON(parsing: Array(try #require(lines.all.first).utf8))
        #expect(document["level"] == "error" && document["message"] == "it broke" && document["queue"] == "send.email.bulk")
        #expect(document["time"]?.stringValue?.hasSuffix("Z") == true)
    }

    @Test(arguments: [Log.Format.logfmt, .json])
    func `one entry is one line, whatever its fields contain`(format: Log.Format) {
        let lines = Lines()
        lines.log(format).info("line\nfeed", ["field": "carriage\r\nreturn \u{2028}\u{0}"])
        #expect(lines.all.count == 1 && !lines.all[0].utf8.contains { $0 == 0x0A || $0 == 0x0D || $0 == 0 })
    }

    @Test func `a message below the level is not evaluated`() {
        let lines = Lines()
        let log = lines.log(.logfmt, from: .warning)
        func costly() -> String {
            Issue.record("the message was evaluated")
            return ""
        }
        log.info(costly(), ["field": costly()])
        log.warning("seen")
        #expect(lines.all.count == 1)
    }

    @Test func `a secret is never printed`() {
        let secret = Secret("hunter2")
        let lines = Lines()
        lines.log(.logfmt).info("connecting with \(secret)", ["password": secret])
        lines.log(.json).info("connecting with \(secret)", ["password": secret])
        var dumped = ""
        dump(secret, to: &dumped)
        let all = lines.all.joined() + dumped + "\(secret)" + String(reflecting: secret) + "\(Optional(secret) as Any)"
        #expect(!all.contains("hunter2"))
        #expect(secret.reveal() == "hunter2")
    }
}
