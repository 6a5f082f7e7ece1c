/// Rows of text in aligned columns, within the width of a terminal. Pure.
///
/// The last column takes what is left of the width and is cut. Where that is too little, optional columns are left out, the last one first, and
/// the others are cut to their limits.
struct TextTable {
    struct Column {
        enum Alignment { case left, right }

        let title: String
        var alignment = Alignment.left
        var isOptional = false
        /// How many characters it has at most where the width is too small; nil where it is never cut.
        var limit: Int?
    }

    /// How many characters the last column needs before optional ones are shown.
    private static let lastMinimum = 24
    private static let gap = "  "

    let columns: [Column]
    /// Each has a text for every column, without line feeds.
    let rows: [[String]]

    /// - Parameters:
    ///   - width: in characters; nil for no limit.
    ///   - indent: how many spaces each line begins with.
    func lines(width: Int?, indent: Int = 0) -> [String] {
        let shown = shownColumns(width, indent)
        let cuts = isTooNarrow(shown, width, indent)
        let sizes = columns.indices.map { size($0, cuts) }
        return ([columns.map(\.title)] + rows).map { line($0, shown, sizes, width, indent) }
    }

    private func size(_ column: Int, _ cuts: Bool) -> Int {
        let size = rows.reduce(columns[column].title.count) { max($0, $1[column].count) }
        return cuts ? min(size, columns[column].limit ?? size) : size
    }

    /// Whether the last column has less room than it needs.
    private func isTooNarrow(_ shown: [Int], _ width: Int?, _ indent: Int) -> Bool {
        guard let width else { return false }
        let others = shown.dropLast().reduce(indent) { $0 + size($1, false) + Self.gap.count }
        return width - others < min(Self.lastMinimum, size(shown.last!, false))
    }

    private func shownColumns(_ width: Int?, _ indent: Int) -> [Int] {
        var shown = Array(columns.indices)
        while isTooNarrow(shown, width, indent), let place = shown.lastIndex(where: { columns[$0].isOptional }) {
            shown.remove(at: place)
        }
        return shown
    }

    private func line(_ texts: [String], _ shown: [Int], _ sizes: [Int], _ width: Int?, _ indent: Int) -> String {
        var line = String(repeating: " ", count: indent)
        for column in shown.dropLast() {
            let text = texts[column].cut(to: sizes[column])
            let padding = String(repeating: " ", count: sizes[column] - text.count)
            line += (columns[column].alignment == .right ? padding + text : text + padding) + Self.gap
        }
        let last = texts[shown[shown.count - 1]]
        guard let width else { return line + last }
        return line + last.cut(to: max(1, width - line.count))
    }
}

extension String {
    /// At most so many characters; the last one shows that it was cut.
    func cut(to limit: Int) -> String { count <= limit ? self : prefix(limit - 1) + "…" }
}
