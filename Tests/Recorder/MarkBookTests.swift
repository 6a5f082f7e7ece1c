import Testing

@testable import Recorder

@Suite("A mark is written when everything before it is committed")
struct MarkBookTests {
    private func book(taking count: Int) -> MarkBook<String> {
        var book = MarkBook<String>()
        for _ in 0..<count { _ = book.take() }
        return book
    }

    @Test func `with nothing before it, at once`() {
        var book = book(taking: 0)
        let due = book.add("a")
        #expect(due == ["a"])
    }

    @Test func `not before the last batch that began before it`() {
        var book = book(taking: 4)
        var due = book.add("a")
        #expect(due == [])
        // Batches are saved side by side, and the later one may be done first.
        due = book.settle(2...3)
        #expect(due == [])
        due = book.settle(0...1)
        #expect(due == ["a"])
    }

    @Test func `what comes after it does not keep it`() {
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

    @Test func `a batch that was left keeps all later marks`() {
        var book = book(taking: 1)
        _ = book.take()
        let added = book.add("a")
        let due = book.settle(1...1)
        #expect(added.isEmpty && due.isEmpty)
    }
}
