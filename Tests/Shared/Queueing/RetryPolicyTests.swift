import Runtime
import Synchronization
import Testing

@testable import Queueing

@Suite("Transient errors are retried, and permanent ones are not", .timeLimit(.minutes(1)))
struct RetryPolicyTests {
    private enum Trouble: Error { case passing, lasting, large }

    /// Counts its retries, with delays of 1 ms.
    private final class Retries: Sendable {
        private let number = Atomic(0)

        var count: Int { number.load(ordering: .relaxed) }

        var policy: RetryPolicy {
            RetryPolicy(
                backOff: { BackOff(initial: .milliseconds(1), limit: .milliseconds(1)) },
                noteRetry: { [self] in number.add(1, ordering: .relaxed) }, classify: Self.classify)
        }

        private static func classify(_ error: any Error) -> RetryPolicy.Verdict {
            switch error as? Trouble {
            case .lasting?: .permanent(why: "it lasts")
            case .large?: .tooMuch
            case .passing?, nil: .transient
            }
        }
    }

    private let retries = Retries()

    private func run(_ troubles: [Trouble]) async throws -> RetryPolicy.Outcome<Int> {
        let left = Mutex(troubles)
        return try await retries.policy.run("count", log: .discarded) {
            if let trouble = left.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { throw trouble }
            return 7
        }
    }

    @Test func `a transient error is retried until success, and so is a batch that cannot be halved`() async throws {
        guard case .success(7) = try await run([.passing, .large, .passing]) else {
            Issue.record("it did not succeed")
            return
        }
        #expect(retries.count == 3)
    }

    @Test func `a permanent error is not retried`() async throws {
        guard case .permanent("it lasts") = try await run([.passing, .lasting, .passing]) else {
            Issue.record("it was tried again")
            return
        }
        #expect(retries.count == 1)
    }

    @Test func `optional work with a permanent error is given up and logged`() async throws {
        let (lines, line) = AsyncStream.makeStream(of: String.self)
        let log = Log(level: .error, format: .logfmt) { line.yield($0) }
        try await retries.policy.runOrGiveUp("note it", log: log) { throw Trouble.lasting }
        line.finish()
        var written: [String] = []
        for await line in lines { written.append(line) }
        #expect(written.count == 1 && written[0].contains("gave up") && written[0].contains("it lasts"))
    }

    @Test func `a batch is halved around a permanent error, and keeps its order`() async throws {
        let parts = try await retries.policy.runByHalves(
            "add", Array(1...7)[...], log: .discarded,
            { items in
                if items.contains(3) { throw Trouble.lasting }
                return Array(items)
            }, permanent: { item, _ in [0 - item] })
        #expect(parts.flatMap { $0 } == [1, 2, -3, 4, 5, 6, 7])
        #expect(retries.count == 0)
    }

    @Test func `a batch that is too large is halved, and a single item is tried again`() async throws {
        let tries = Mutex<[Int]>([])
        let parts = try await retries.policy.runByHalves(
            "add", Array(1...4)[...], log: .discarded,
            { items in
                let isFirst = tries.withLock { tries in
                    tries.append(items.count)
                    return tries.filter { $0 == 1 }.count == 1
                }
                if items.count > 2 || (items.count == 2 && items.contains(1)) || (items.count == 1 && isFirst) {
                    throw Trouble.large
                }
                return Array(items)
            }, permanent: { item, _ in [0 - item] })
        #expect(parts.flatMap { $0 } == [1, 2, 3, 4])
        #expect(tries.withLock { $0 } == [4, 2, 1, 1, 1, 2])
        #expect(retries.count == 1)
    }

    @Test func `the rest is tried until nothing is left`() async throws {
        let tries = Mutex<[[Int]]>([])
        try await retries.policy.finish([1, 2, 3]) { rest in
            tries.withLock { $0.append(rest) }
            return rest.count == 1 ? nil : Array(rest.dropFirst())
        }
        #expect(tries.withLock { $0 } == [[1, 2, 3], [2, 3], [3]])
        #expect(retries.count == 3)
    }

    @Test func `cancellation ends the retries`() async {
        let started = AsyncStream.makeStream(of: Void.self)
        let task = Task { [retries] in
            try await retries.policy.run("fail", log: .discarded) {
                started.continuation.yield()
                throw Trouble.passing
            }
        }
        for await _ in started.stream { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await #expect(throws: CancellationError.self) {
            try await retries.policy.run("stop", log: .discarded) { throw CancellationError() }
        }
    }
}
