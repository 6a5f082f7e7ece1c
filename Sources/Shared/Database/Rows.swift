/// The result of a statement.
public struct Rows: Sendable, RandomAccessCollection {
    /// How many rows an `INSERT`, `UPDATE` or `DELETE` affected; the number of rows of a `SELECT`.
    public let affected: Int
    let storage: RowStorage

    public var startIndex: Int { 0 }
    public var endIndex: Int { storage.rowCount }

    public subscript(position: Int) -> Row {
        precondition(indices.contains(position), "row index out of range")
        return Row(storage: storage, first: position * storage.columns.count)
    }
}

/// The values of all cells of a result, in one buffer.
final class RowStorage: Sendable {
    /// The statement's name, for errors.
    let statement: String
    let columns: [String]
    let rowCount: Int
    let bytes: [UInt8]
    /// The offset of each cell, row by row, and the end of the last one. A null cell has no bytes.
    let starts: [Int]
    let isNull: [Bool]

    init(statement: String, columns: [String], rowCount: Int, bytes: [UInt8], starts: [Int], isNull: [Bool]) {
        self.statement = statement
        self.columns = columns
        self.rowCount = rowCount
        self.bytes = bytes
        self.starts = starts
        self.isNull = isNull
    }

    func cell(_ index: Int) -> ArraySlice<UInt8>? { isNull[index] ? nil : bytes[starts[index]..<starts[index + 1]] }
}
