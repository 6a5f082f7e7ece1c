import Dispatch
import Foundation

/// Standard input, line by line, read on a thread of its own and never far ahead of whoever takes the lines.
final class InputLines: Sendable {
    struct Line: Sendable {
        /// From 1.
        let number: Int
        let text: String
    }

    /// Lines in the order of the input, many at a time. It ends with the input.
    let batches: AsyncStream<[Line]>
    private let room: DispatchSemaphore

    /// - Parameters:
    ///   - size: lines in a batch.
    ///   - ahead: batches that may wait to be taken.
    init(size: Int = 500, ahead: Int = 4) {
        let (batches, continuation) = AsyncStream.makeStream(of: [Line].self)
        // Waited for on the thread below only, never in a task.
        let room = DispatchSemaphore(value: ahead)
        self.batches = batches
        self.room = room
        let thread = Thread {
            var batch: [Line] = []
            var number = 0
            while let text = readLine() {
                number += 1
                batch.append(Line(number: number, text: text))
                if batch.count == size {
                    room.wait()
                    continuation.yield(batch)
                    batch = []
                }
            }
            if !batch.isEmpty { continuation.yield(batch) }
            continuation.finish()
        }
        thread.name = "standard input"
        thread.start()
    }

    /// Say it after each batch.
    func taken() { room.signal() }
}
