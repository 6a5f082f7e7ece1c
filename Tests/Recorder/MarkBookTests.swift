import Testing

@testable import Recorder

@Suite("A mark is saved when everything before it is committed")
struct MarkBookTests {
    private func book(taking count: Int) -> MarkBook<String> {
        var book = MarkBook<String>()
        for _ in 0..<count { _ = book.take() }
        return book
    }

    @Test func `a mark with nothing before it is saved at once`() {
        var book = book(taking: 0)
        let due = book.add("a")
        #expect(due == ["a"])
    }

    @Test func `a mark waits for all batches before it`() {
        var book = book(taking: 4)
        var due = book.add("a")
        #expect(due == [])
        // Batches are saved concurrently, and the later one may be finished first.
        due = book.settle(2...3)
        #expect(due == [])
        due = book.settle(0...1)
        #expect(due == ["a"])
    }

    @Test func `a mark does not wait for messages after it`() {
        var book = book(taking: 2)
        var due = book.add("a")
        _ = book.take()
        due = book.add("b")
        #expect(due == [])
        due = book.settle(0...1)
        #expect(due == ["a"])
        due = book.settle(2...2)
        #expect(due == ["b"])
    }

    @Test func `a batch that is not saved delays all later marks`() {
        var book = book(taking: 1)
        _ = book.take()
        let added = book.add("a")
        let due = book.settle(1...1)
        #expect(added.isEmpty && due.isEmpty)
    }
}
