import Testing

@testable import Router

@Suite("A batch loses no request")
struct BatchTests {
    private static let batch = Batch([1, 2, 3, 4]).map { $0 == 2 ? StageResult<Int>.stop(.expired) : .proceed($0) }

    @Test func `a stopped request keeps its index`() async throws {
        let together = try await Self.batch.mapTogether { $0.map { .proceed($0 * 10) } }
        #expect(together.values == [10, 30, 40])
        #expect(together.results.count == 4)
        guard case .stop(.expired) = together.results[1] else {
            Issue.record("the request was not stopped")
            return
        }
    }

    @Test func `each request gets its own answer`() async throws {
        let asked = try await Self.batch.askingWhereNeeded({ $0 == 3 ? nil : $0 }, { $0.map { "\($0)" } })
        #expect(asked.values.map(\.0) == [1, 3, 4])
        #expect(asked.values.map(\.1) == ["1", nil, "4"])
    }

    @Test(arguments: [0, 2, 4])
    func `too few answers and too many are an error`(count: Int) async throws {
        let answers = Array(repeating: "answer", count: count)
        await #expect(throws: StageError.miscounted(answers: count)) {
            try await Self.batch.asking({ $0 }, { _ in answers })
        }
        await #expect(throws: StageError.miscounted(answers: count)) {
            try await Self.batch.mapTogether { _ in answers.map { StageResult<String>.proceed($0) } }
        }
    }
}
