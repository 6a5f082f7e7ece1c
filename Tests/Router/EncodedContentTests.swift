import Broker
import Contract
import JSON
import Model
import TestSupport
import Testing

@testable import Router

@Suite("A sender can decode the content that the router encodes")
struct EncodedContentTests {
    private static func text(_ random: inout SeededGenerator) -> String {
        let pieces = [
            "a", "Ä", "😀", "\u{301}", "\u{2028}", "\u{FEFF}", "\"", "\\", "/", "\n", "\r", "\t", "\u{7F}", "\u{1F}", "<", "&",
            " ",
        ]
        return (0..<Int.random(in: 0...12, using: &random)).map { _ in pieces.randomElement(using: &random)! }.joined()
    }

    private static func value(_ random: inout SeededGenerator, depth: Int = 0) -> String {
        func encoded(_ text: String) -> String { String(decoding: JSON.string(text).encoded(), as: UTF8.self) }
        switch Int.random(in: 0...(depth > 6 ? 5 : 7), using: &random) {
        case 0: return "null"
        case 1: return Bool.random(using: &random) ? "true" : "false"
        case 2: return "\(Int64.random(in: .min ... .max, using: &random))"
        case 3: return ["1e308", "-0.0", "4.9e-324", "1.5", "0.1", "1e21", "123456789.123456789"].randomElement(using: &random)!
        case 4, 5: return encoded(text(&random))
        case 6:
            return "["
                + (0..<Int.random(in: 0...4, using: &random)).map { _ in value(&random, depth: depth + 1) }.joined(separator: ",")
                + "]"
        default:
            let members = (0..<Int.random(in: 0...4, using: &random)).map { number in
                encoded("\(number)" + text(&random)) + ":" + value(&random, depth: depth + 1)
            }
            return "{" + members.joined(separator: ",") + "}"
        }
    }

    private static func document(_ random: inout SeededGenerator) -> String {
        func encoded(_ text: String) -> String { String(decoding: JSON.string(text).encoded(), as: UTF8.self) }
        var fields = [#""channel":["news"]"#, #""text":["T",\#(encoded(text(&random)))]"#]
        if Bool.random(using: &random) {
            let times: [Int64] = [0, 1, -1, 253_402_300_799, 253_402_300_800, 1_764_000_000_000, .max, .min]
            fields.append(#""timestamp":\#(times.randomElement(using: &random)!)"#)
        }
        if Bool.random(using: &random) { fields.append(#""metadata":{"m":\#(value(&random))}"#) }
        if Bool.random(using: &random) { fields.append(#""reference":\#(encoded(text(&random)))"#) }
        if Bool.random(using: &random) {
            fields.append(#""files":["https://example.org/\#(Int.random(in: 0...9, using: &random))"]"#)
        }
        return "{" + fields.shuffled(using: &random).joined(separator: ",") + "}"
    }

    @Test func `for random requests`() async throws {
        var passed = 0
        for seed in 1...2000 {
            var random = SeededGenerator(seed: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
            let body = Self.document(&random)
            let stamps: [Int64?] = [nil, 0, 1_764_000_000, 1_764_000_000_000, .max, .min, -1, 253_402_300_799]
            let submission = try Self.submission(body, timestamp: stamps.randomElement(using: &random)!)
            guard let decoded = DecodeStage(media: .posthorn).run(Batch([submission])).values.first else { continue }
            let admitted = AdmittedRequest(
                decoded, duplicateRisk: .none, decisions: RequestLedger.Decisions(watermark: 0, ranges: nil))
            let addressed = AddressedRequest(
                admitted, audience: Audience(channels: [1], consumers: [], watermark: 0))
            guard let encoded = EncodeStage().run(Batch([addressed])).values.first else { continue }
            passed += 1
            do {
                let content = try Content(JSON(parsing: encoded.source.content.bytes))
                #expect(content.text == decoded.request.text)
                #expect(EncodedContent(content).digest == encoded.source.content.digest, "seed \(seed): \(body)")
            } catch {
                Issue.record("seed \(seed): \(error): \(body)")
            }
        }
        #expect(passed > 300)
    }

    /// The submission as the broker delivers it.
    private static func submission(_ body: String, timestamp: Int64?) throws -> Submission {
        try RequestMessage(
            .init(
                tag: .init(epoch: 1, number: 1), exchange: "requests", routingKey: "acme.normal", isRedelivered: false,
                properties: .init(
                    messageID: RequestID.fresh().description, type: MessageType.request, userID: "acme", timestamp: timestamp),
                body: Array(body.utf8))
        ).submissions[0]
    }
}
