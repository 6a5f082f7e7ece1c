import ProducerKit

/// The output of `posthorn send` on standard error: a progress line on a terminal, each wrong line, and a summary.
struct SendReport {
    private let isTerminal: Bool
    private let start = ContinuousClock.now
    private var sentCount = 0
    private var wrongLines: [Int] = []
    private var isStopped = false

    init(isTerminal: Bool) { self.isTerminal = isTerminal }

    mutating func sent(_ count: Int) {
        sentCount += count
        if isTerminal { Console.note("\r\(Self.cleared)\(sentCount) sent, \(rate)/s, \(wrongLines.count) wrong") }
    }

    mutating func wrong(_ line: Int, _ problem: String) {
        wrongLines.append(line)
        Console.note("\(isTerminal ? "\r\(Self.cleared)" : "")line \(line): \(problem)\n")
    }

    /// - Parameter lines: the numbers of the lines that were being sent.
    mutating func stopped(at lines: [Int], because error: SendError) {
        isStopped = true
        let place = lines.isEmpty ? "" : "from line \(lines[0]) on "
        Console.note("\(isTerminal ? "\r\(Self.cleared)" : "")stopped: \(place)no request is confirmed: \(error)\n")
    }

    func finish() -> ExitCode {
        var summary = "\(sentCount) \(sentCount == 1 ? "request" : "requests") sent in \(seconds) s (\(rate)/s)"
        if !wrongLines.isEmpty {
            let shown = wrongLines.prefix(20).map(String.init).joined(separator: ", ")
            summary += "; \(wrongLines.count) wrong, on \(wrongLines.count == 1 ? "line" : "lines") \(shown)"
            if wrongLines.count > 20 { summary += ", …" }
        }
        Console.note("\(isTerminal ? "\r\(Self.cleared)" : "")\(summary)\n")
        return isStopped || !wrongLines.isEmpty ? .failure : .success
    }

    private var elapsed: Double { (ContinuousClock.now - start) / .seconds(1) }
    private var seconds: Double { (elapsed * 10).rounded() / 10 }
    private var rate: Int { Int(Double(sentCount) / max(elapsed, 0.001)) }

    /// The control sequence that clears the line (ECMA-48, EL).
    private static let cleared = "\u{1B}[2K"
}
