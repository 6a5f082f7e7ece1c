import Testing

@testable import posthorn

@Suite("A table fits the terminal")
struct TextTableTests {
    private let table = TextTable(
        columns: [
            .init(title: "COUNT", alignment: .right), .init(title: "SERVICE"), .init(title: "MEDIUM", isOptional: true),
            .init(title: "REASON"),
        ],
        rows: [
            ["1,204", "shop", "webhook", "connection refused by the endpoint's host after ten seconds"],
            ["7", "billing", "email", "HTTP 503"],
        ])

    @Test func `without a width nothing is cut`() {
        #expect(
            table.lines(width: nil) == [
                "COUNT  SERVICE  MEDIUM   REASON",
                "1,204  shop     webhook  connection refused by the endpoint's host after ten seconds",
                "    7  billing  email    HTTP 503",
            ])
    }

    @Test(arguments: [50, 80, 200])
    func `no line is wider than the terminal`(width: Int) {
        let lines = table.lines(width: width, indent: 2)
        #expect(lines.allSatisfy { $0.count <= width && $0.hasPrefix("  ") })
        #expect(lines[0].contains("MEDIUM") == (width > 50))
        #expect(lines[1].hasSuffix("…") == (width < 200))
    }

    @Test func `a long name is cut where the last column needs the room`() {
        let table = TextTable(
            columns: [.init(title: "SERVICE", limit: 10), .init(title: "REASON")],
            rows: [["a-service-with-a-long-name", "connection refused by the relay"]])
        #expect(table.lines(width: nil)[1] == "a-service-with-a-long-name  connection refused by the relay")
        #expect(table.lines(width: 40)[1] == "a-service…  connection refused by the r…")
    }

    @Test(arguments: [(0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000")])
    func `a number has a comma before each three digits`(number: Int, text: String) { #expect(Amounts.grouped(number) == text) }

    @Test(arguments: [
        (Duration.seconds(0), "0s"), (.seconds(59), "59s"), (.seconds(125), "2m 5s"), (.seconds(3599), "59m 59s"),
        (.seconds(3 * 3600 + 720), "3h 12m"), (.seconds(49 * 3600), "2d 1h"),
    ])
    func `an age has its two largest units`(age: Duration, text: String) { #expect(Amounts.age(age) == text) }
}
