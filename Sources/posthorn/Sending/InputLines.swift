import Dispatch
import Foundation

/// Standard input, line by line, read on a thread of its own, with a limited number of batches ahead of the reader.
final class InputLines: Sendable {
    struct Line: Sendable {
        /// From 1.
        let number: Int
        let text: String
    }

    /// Batches of lines in the order of the input. It ends with the input.
    let batches: AsyncStream<[Line]>
    private let room: DispatchSemaphore

    /// - Parameters:
    ///   - size: lines in a batch.
    ///   - ahead: how many batches may wait for the reader.
    init(size: Int = 500, ahead: Int = 4) {
        let (batches, continuation) = AsyncStream.makeStream(of: [Line].self)
        // Only the thread below waits for it, never a task.
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

    /// Call this after each batch, so that the next one is read.
    func taken() { room.signal() }
}
