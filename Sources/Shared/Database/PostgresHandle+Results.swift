import CPostgreSQL

extension Rows {
    /// Copies a result. The caller keeps ownership of it.
    init(_ result: OpaquePointer, statement: String) {
        let rowCount = unsafe Int(PQntuples(result))
        let columnCount = unsafe Int(PQnfields(result))
        let columns = (0..<columnCount).map { column in unsafe String(cString: PQfname(result, Int32(column))) }
        var bytes: [UInt8] = []
        var starts = [0]
        var isNull: [Bool] = []
        starts.reserveCapacity(rowCount * columnCount + 1)
        isNull.reserveCapacity(rowCount * columnCount)
        for row in 0..<Int32(rowCount) {
            for column in 0..<Int32(columnCount) {
                let length = unsafe Int(PQgetlength(result, row, column))
                unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: PQgetvalue(result, row, column), count: length))
                starts.append(bytes.count)
                unsafe isNull.append(PQgetisnull(result, row, column) == 1)
            }
        }
        let touched = unsafe Int(String(cString: PQcmdTuples(result)))
        self.init(
            affected: touched ?? 0,
            storage: RowStorage(
                statement: statement, columns: columns, rowCount: rowCount, bytes: bytes, starts: starts, isNull: isNull))
    }
}

extension DatabaseError {
    /// Reads a failed result. Keeps the message only if it cannot contain a value; otherwise the names of the constraint, table and column.
    init(_ result: OpaquePointer, statement: String) {
        func field(_ code: Character) -> String? {
            unsafe PQresultErrorField(result, Int32(code.asciiValue!)).map { unsafe String(cString: $0) }
        }
        let state = SQLState(field("C") ?? "XX000")
        let objects = [("constraint", field("n")), ("table", field("t")), ("column", field("c")), ("type", field("d"))]
        let names = objects.compactMap { kind, name in name.map { "\(kind) \($0)" } }.joined(separator: ", ")
        let reason =
            if state.hasHarmlessMessage, let message = field("M") { message } else {
                names.isEmpty ? "rejected" : "rejected by \(names)"
            }
        self = .refused(state, reason: reason, statement: statement)
    }
}

/// Cancels a statement from another thread.
///
/// `@unchecked Sendable`: the structure is immutable, and libpq documents `PQcancel` as safe on any thread.
@safe final class PostgresCancelHandle: @unchecked Sendable {
    private let cancel: OpaquePointer

    init(_ cancel: OpaquePointer) { unsafe self.cancel = cancel }

    deinit { unsafe PQfreeCancel(cancel) }

    /// Sends a cancel request for the running statement, over a new connection. Blocks.
    func requestCancel() {
        var message = [CChar](repeating: 0, count: 256)
        _ = unsafe PQcancel(cancel, &message, Int32(message.count))
    }
}
