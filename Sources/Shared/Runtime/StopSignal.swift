import Dispatch
import Glibc

/// Waits for SIGTERM and SIGINT.
public enum StopSignal {
    /// Returns at the first signal. A second one ends the process at once.
    public static func wait() async {
        let (signals, continuation) = AsyncStream.makeStream(of: Int32.self)
        let sources = [SIGTERM, SIGINT].map { number in
            _ = signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { continuation.yield(number) }
            source.activate()
            return source
        }
        var first = signals.makeAsyncIterator()
        _ = await first.next()
        for source in sources { source.cancel() }
        for number in [SIGTERM, SIGINT] { _ = signal(number, SIG_DFL) }
    }
}
