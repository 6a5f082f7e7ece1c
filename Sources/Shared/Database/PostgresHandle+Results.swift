import CPostgreSQL

extension Rows {
    /// Copies a result, whose memory stays its owner's.
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
    /// Reads a failed result. The message is kept only where it cannot repeat a value; else the names of what was violated are.
    init(_ result: OpaquePointer, statement: String) {
        func field(_ code: Character) -> String? {
            unsafe PQresultErrorField(result, Int32(code.asciiValue!)).map { unsafe String(cString: $0) }
        }
        let state = SQLState(field("C") ?? "XX000")
        let place = [("constraint", field("n")), ("table", field("t")), ("column", field("c")), ("type", field("d"))]
        let names = place.compactMap { kind, name in name.map { "\(kind) \($0)" } }.joined(separator: ", ")
        let reason =
            if state.hasHarmlessMessage, let message = field("M") { message } else {
                names.isEmpty ? "refused" : "refused by \(names)"
            }
        self = .refused(state, reason: reason, statement: statement)
    }
}

/// What another thread needs to stop a statement.
///
/// `@unchecked Sendable`: the structure is never changed after it was made, and libpq declares `PQcancel` safe on any thread.
@safe final class PostgresCancelHandle: @unchecked Sendable {
    private let cancel: OpaquePointer

    init(_ cancel: OpaquePointer) { unsafe self.cancel = cancel }

    deinit { unsafe PQfreeCancel(cancel) }

    /// Asks the server, over a connection of its own, to stop what runs on the handle's connection. Blocks.
    func requestCancel() {
        var message = [CChar](repeating: 0, count: 256)
        _ = unsafe PQcancel(cancel, &message, Int32(message.count))
    }
}
