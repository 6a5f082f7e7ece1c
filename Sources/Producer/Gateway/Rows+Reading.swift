import Database

extension Rows {
    /// The row of a statement that always returns one.
    func single() throws(DatabaseError) -> Row {
        guard let row = first else {
            throw .unexpectedResult(problem: "there is no row", statement: "a statement that returns one")
        }
        return row
    }

    func mapped<Value>(_ make: (Row) throws(DatabaseError) -> Value) throws(DatabaseError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        for row in self { values.append(try make(row)) }
        return values
    }
}
