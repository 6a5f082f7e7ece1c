import EmailSender
import JSON
import MIME
import Model
import Runtime
import Synchronization
import TestPeers
import Testing
import Transfers
import WebhookSender

@testable import Senders

/// The verdicts that every provider must report for an endpoint's or a relay's behaviour. A new provider adds itself to `Subject` and says in
/// `Subject+Scenarios.swift` how each behaviour is brought about.
@Suite struct ProviderConformanceTests {
    @Test(arguments: Subject.allCases, Scenario.allCases)
    func comesToTheRightVerdict(_ subject: Subject, _ scenario: Scenario) async throws {
        guard let setup = try await subject.setup(scenario) else { return }
        let verdicts = await setup.deliver([setup.address])
        #expect(scenario.expects(subject).contains(verdicts[0].kind), "\(verdicts[0])")
    }

    @Test(arguments: Subject.allCases)
    func reportsEachIndexExactlyOnceHoweverTheirFatesDiffer(_ subject: Subject) async throws {
        let good = try #require(try await subject.setup(.takes))
        var addresses: [String] = []
        var expected: [Set<VerdictKind>] = []
        for scenario in [Scenario.takes, .refuses, .hangs, .takes, .breaksOff, .asksForPatience, .impossible] {
            guard let setup = try await subject.setup(scenario), setup.sharesProvider else { continue }
            for _ in 0..<3 {
                addresses.append(setup.address)
                expected.append(scenario.expects(subject))
            }
        }
        // `deliver` fails where an index is reported twice.
        let verdicts = await good.deliver(addresses)
        for (verdict, kinds) in zip(verdicts, expected) { #expect(kinds.contains(verdict.kind), "\(verdict)") }
    }

    @Test(arguments: Subject.allCases, Scenario.allCases)
    func putsNoSecretAndNoAddressInItsReason(_ subject: Subject, _ scenario: Scenario) async throws {
        guard let setup = try await subject.setup(scenario) else { return }
        let text = "\(await setup.deliver([setup.address])[0])"
        for hidden in [
            "127.0.0.1", "localhost", "example.org", "a body nobody may see", "what was that", "right", "whsec", "secret",
        ] {
            #expect(!text.contains(hidden), "\(text)")
        }
    }

    @Test(arguments: Subject.allCases)
    func takesNothingMoreOnceItsLoopIsClosed(_ subject: Subject) async throws {
        let setup = try #require(try await subject.setup(.takes))
        await setup.loop.close()
        let kind = await setup.deliver([setup.address])[0].kind
        #expect(kind == .retry || kind == .unavailable)
    }

    @Test(arguments: Subject.allCases)
    func hasNothingToReportOfAnEmptyBatch(_ subject: Subject) async throws {
        let setup = try #require(try await subject.setup(.takes))
        setup.provider.deliver([]) { _, _ in Issue.record("reported") }
        await setup.loop.close()
    }
}

/// How the endpoint or relay behaves.
enum Scenario: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case takes, refuses, asksForPatience, asksForPatienceUntil, isGone, hangs, breaksOff, saysNonsense, refusesConnections,
        saysNothing
    case hasNoTrustedCertificate, refusesOurUser, isUnknown, impossible

    var testDescription: String { rawValue }

    func expects(_ subject: Subject) -> Set<VerdictKind> {
        switch self {
        case .takes: [.delivered, .accepted, .sent]
        case .refuses: [.refused]
        case .impossible: [.unsendable]
        case .asksForPatience: [.retry]
        // 503 comes from a proxy, not from the endpoint.
        case .asksForPatienceUntil: subject == .webhook ? [.failing] : [.retry]
        case .isGone: [.endpointGone, .refused]
        // A provider whose repeats the receiver knows may simply try again.
        case .hangs, .breaksOff, .saysNonsense: subject.isIdempotent ? [.failing] : [.unknown]
        case .refusesConnections, .saysNothing, .hasNoTrustedCertificate, .refusesOurUser, .isUnknown:
            subject == .webhook ? [.failing] : [.unavailable]
        }
    }
}
