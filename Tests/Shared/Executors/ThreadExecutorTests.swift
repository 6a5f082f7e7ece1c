import Executors
import Testing

@Suite struct ThreadExecutorTests {
    @Test func runsAllJobsOnOneThread() async {
        let worker = Worker()
        let threads = await withTaskGroup(of: UInt.self) { group in
            for _ in 0..<100 { group.addTask { await worker.thread() } }
            return await group.reduce(into: Set<UInt>()) { $0.insert($1) }
        }
        #expect(threads.count == 1)
    }

    @Test func losesNoJobUnderManyCallers() async {
        let worker = Worker()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<1_000 { group.addTask { for _ in 0..<10 { await worker.add() } } }
        }
        #expect(await worker.total() == 10_000)
    }

    @Test func allowsThePumpToUseItsActorsState() async {
        let worker = Worker()
        let (thread, found) = AsyncStream<UInt>.makeStream()
        worker.executor.watch { [weak worker] in
            if let worker { found.yield(worker.assumeIsolated { _ in currentThread() }) }
            return Watch()
        }
        var iterator = thread.makeAsyncIterator()
        #expect(await iterator.next() == worker.thread())
    }

    @Test func callsThePumpWhenTheDescriptorBecomesReadable() async {
        let executor = ThreadExecutor(name: "pump")
        let signal = Signal()
        let (read, found) = AsyncStream<UInt8>.makeStream()
        executor.watch {
            if let byte = signal.receive() { found.yield(byte) }
            return Watch(descriptor: signal.reader)
        }
        var iterator = read.makeAsyncIterator()
        for byte: UInt8 in [7, 8, 9] {
            signal.send(byte)
            #expect(await iterator.next() == byte)
        }
    }

    /// While the first pump runs, the thread has already read which pump to call, and does not sleep yet.
    @Test(.timeLimit(.minutes(1))) func callsAPumpThatIsSetWhileAnotherPumpRuns() async {
        let executor = ThreadExecutor(name: "late pump")
        let (called, call) = AsyncStream<Void>.makeStream()
        executor.watch { [weak executor] in
            executor?.watch {
                call.yield()
                return Watch()
            }
            return Watch()
        }
        var iterator = called.makeAsyncIterator()
        #expect(await iterator.next() != nil)
    }

    @Test func callsThePumpAtItsDeadline() async {
        let executor = ThreadExecutor(name: "deadline")
        let start = ContinuousClock.now
        let deadline = start + .milliseconds(30)
        let (reached, found) = AsyncStream<ContinuousClock.Instant>.makeStream()
        executor.watch {
            let now = ContinuousClock.now
            if now >= deadline { found.yield(now) }
            return now >= deadline ? Watch() : Watch(deadline: deadline)
        }
        var iterator = reached.makeAsyncIterator()
        #expect(await iterator.next().map { $0 >= deadline } == true)
    }

    @Test func endsItsThreadWhenItIsReleased() async {
        let (ended, end) = AsyncStream<Void>.makeStream()
        // The thread's core holds the pump, so the witness is released with the core.
        final class Witness: Sendable {
            let end: AsyncStream<Void>.Continuation
            init(_ end: AsyncStream<Void>.Continuation) { self.end = end }
            deinit { end.yield() }
        }
        do {
            let executor = ThreadExecutor(name: "short")
            let witness = Witness(end)
            executor.watch { withExtendedLifetime(witness) { Watch() } }
        }
        var iterator = ended.makeAsyncIterator()
        #expect(await iterator.next() != nil)
    }
}
