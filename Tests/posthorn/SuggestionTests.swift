import Testing

@testable import posthorn

@Suite struct SuggestionTests {
    @Test(arguments: [
        ("gatway", "gateway"), ("sned", "send"), ("topology aply", "topology apply"), ("--servic", "--service"),
        ("UP", "up"), ("xyzzy", nil), ("--quite-another", nil),
    ])
    func `the nearest name is suggested, and none that is not close`(word: String, expected: String?) {
        let names = ["gateway", "send", "sender", "topology apply", "topology export", "up", "--service", "--help"]
        #expect(Suggestion.nearest(to: word, among: names) == expected)
    }

    @Test(arguments: [("", "", 0), ("a", "", 1), ("ab", "ba", 1), ("kitten", "sitting", 3)])
    func `a distance counts single typing errors`(left: String, right: String, expected: Int) {
        #expect(Suggestion.distance(left, right) == expected)
    }
}
