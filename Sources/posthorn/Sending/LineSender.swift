import JSON
import Model
import ProducerKit

/// Sends the requests on the lines of standard input.
struct LineSender: Sendable {
    private struct Parsed {
        var lines: [Int] = []
        var requests: [Request] = []
    }

    let producer: Producer
    let printsIDs: Bool

    /// Reports each wrong line and, at the end, how many requests were sent.
    func run() async -> ExitCode {
        let input = InputLines()
        var report = SendReport(isTerminal: Console.errorIsTerminal)
        for await lines in input.batches {
            let parsed = parse(lines, &report)
            do {
                let ids = try await producer.send(contentsOf: parsed.requests)
                if printsIDs { for id in ids { Console.print(id.description) } }
                report.sent(ids.count)
            } catch {
                report.stopped(at: parsed.lines, because: error)
                break
            }
            input.taken()
        }
        return report.finish()
    }

    private func parse(_ lines: [InputLines.Line], _ report: inout SendReport) -> Parsed {
        var parsed = Parsed()
        for line in lines where !line.text.allSatisfy(\.isWhitespace) {
            do {
                let bytes = Array(line.text.utf8)
                guard bytes.count <= Request.sizeLimit else { throw SendError.tooLarge(bytes: bytes.count) }
                parsed.requests.append(try Request(JSON(parsing: bytes)))
                parsed.lines.append(line.number)
            } catch {
                report.wrong(line.number, "\(error)")
            }
        }
        return parsed
    }
}
