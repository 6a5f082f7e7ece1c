import CPostgreSQL
import Glibc
import Runtime

/// One libpq connection. Used on the thread of its actor only. No pointer leaves this file, except inside `PostgresCancelHandle`, which
/// libpq allows on any thread.
@safe final class PostgresHandle {
    private let connection: OpaquePointer
    /// The names of the prepared statements of this connection, by their SQL.
    private var prepared: [String: String] = [:]
    private var preparedCount = 0

    /// Connects. Blocks the thread for at most about 5 s for each address of the host.
    ///
    /// - Throws: `DatabaseError.disconnected`.
    init(url: Secret) throws(DatabaseError) {
        let options: [(String, String)] = [
            ("dbname", url.reveal()), ("client_encoding", "UTF8"), ("application_name", "posthorn"), ("connect_timeout", "5"),
            ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"), ("tcp_user_timeout", "30000"),
        ]
        let opened = unsafe Self.withCStrings(options.map(\.0)) { keywords in
            unsafe Self.withCStrings(options.map(\.1)) { values in unsafe PQconnectdbParams(keywords, values, 1) }
        }
        guard let opened = unsafe opened else { throw .disconnected(reason: "out of memory") }
        guard unsafe PQstatus(opened) == CONNECTION_OK else {
            let reason = unsafe Self.line(PQerrorMessage(opened))
            unsafe PQfinish(opened)
            throw .disconnected(reason: reason)
        }
        unsafe connection = opened
        _ = unsafe PQsetNoticeReceiver(connection, { _, _ in }, nil)
    }

    deinit { unsafe PQfinish(connection) }

    /// Whether libpq can parse the URL.
    static func canRead(url: String) -> Bool {
        let options = unsafe PQconninfoParse(url, nil)
        defer { unsafe PQconninfoFree(options) }
        return unsafe options != nil
    }

    /// Whether the connection is open, as far as this is known without a query: reads pending input, which shows a closed socket.
    var isUsable: Bool {
        while unsafe Self.isReadable(PQsocket(connection), within: 0) {
            guard unsafe PQconsumeInput(connection) == 1, unsafe PQstatus(connection) == CONNECTION_OK else { return false }
        }
        return unsafe PQstatus(connection) == CONNECTION_OK
    }

    /// Whether no transaction is open.
    var isIdle: Bool { unsafe PQtransactionStatus(connection) == PQTRANS_IDLE }

    func cancelHandle() -> PostgresCancelHandle? { unsafe PQgetCancel(connection).map { unsafe PostgresCancelHandle($0) } }

    /// Runs a statement and waits for its result. Prepares it the first time.
    ///
    /// - Parameter limit: in milliseconds. After it the connection cannot be used any more.
    func query(_ statement: Statement, _ values: [DatabaseValue], limit: Int32) throws(DatabaseError) -> Rows {
        guard let parameters = ParameterBuffer(values) else {
            throw .refused(.untranslatableCharacter, reason: "a text contains U+0000", statement: statement.name)
        }
        let name = try prepare(statement, limit: limit)
        let sent = unsafe parameters.bytes.withUnsafeBytes { bytes in
            let pointers = unsafe parameters.starts.map { start in
                unsafe start.map { unsafe bytes.baseAddress!.advanced(by: $0).assumingMemoryBound(to: CChar.self) }
            }
            return unsafe PQsendQueryPrepared(
                connection, name, Int32(values.count), pointers, parameters.lengths, parameters.formats, 0)
        }
        guard sent == 1 else { throw disconnected() }
        do {
            return try answer(to: statement.name, limit: limit)
        } catch {
            // The prepared statement is unknown (26000) or its result type has changed (0A000): prepare it again next time.
            if error.sqlState == "26000" || error.sqlState == "0A000" { prepared[statement.sql] = nil }
            throw error
        }
    }

    /// Runs statements without parameters, separated by semicolons, in one transaction unless they contain transaction commands.
    func run(script: String, name: String, limit: Int32) throws(DatabaseError) {
        guard unsafe PQsendQuery(connection, script) == 1 else { throw disconnected() }
        _ = try answer(to: name, limit: limit)
    }

    private func prepare(_ statement: Statement, limit: Int32) throws(DatabaseError) -> String {
        if let name = prepared[statement.sql] { return name }
        preparedCount += 1
        let name = "posthorn_\(preparedCount)"
        guard unsafe PQsendPrepare(connection, name, statement.sql, 0, nil) == 1 else { throw disconnected() }
        _ = try answer(to: statement.name, limit: limit)
        prepared[statement.sql] = name
        return name
    }

    /// Reads all results of the current call, so that the connection is free for the next one.
    ///
    /// - Returns: the last result.
    /// - Throws: the first error.
    private func answer(to statement: String, limit: Int32) throws(DatabaseError) -> Rows {
        let deadline = ContinuousClock.now + .milliseconds(Int64(limit))
        var rows: Rows?
        var failure: DatabaseError?
        while true {
            while unsafe PQisBusy(connection) == 1 {
                let left = (deadline - .now) / .milliseconds(1)
                guard left > 0, unsafe Self.isReadable(PQsocket(connection), within: Int32(left) + 1) else {
                    throw .timedOut(statement: statement)
                }
                guard unsafe PQconsumeInput(connection) == 1 else { throw disconnected() }
            }
            guard let result = unsafe PQgetResult(connection) else { break }
            defer { unsafe PQclear(result) }
            switch unsafe PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: rows = unsafe Rows(result, statement: statement)
            default: if failure == nil { failure = unsafe DatabaseError(result, statement: statement) }
            }
        }
        guard unsafe PQstatus(connection) == CONNECTION_OK else { throw failure.map(Self.lost) ?? disconnected() }
        if let failure { throw failure }
        guard let rows else { throw disconnected() }
        return rows
    }

    /// The server closed the connection with an error, such as 57P01 (`admin_shutdown`). Keeps its message as the reason.
    private static func lost(_ error: DatabaseError) -> DatabaseError {
        if case .refused(_, let reason, _) = error { .disconnected(reason: reason) } else { error }
    }

    private func disconnected() -> DatabaseError { unsafe .disconnected(reason: Self.line(PQerrorMessage(connection))) }

    private static func isReadable(_ descriptor: Int32, within milliseconds: Int32) -> Bool {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while true {
            let ready = unsafe poll(&watched, 1, milliseconds)
            if ready >= 0 || errno != EINTR { return ready > 0 }
        }
    }

    /// A message of libpq on one line. Its messages about connections contain hosts, roles and files, never a password.
    private static func line(_ message: UnsafePointer<CChar>?) -> String {
        guard let message = unsafe message else { return "unknown reason" }
        return unsafe String(cString: message).split(whereSeparator: \.isNewline).joined(separator: "; ")
    }

    /// Calls the body with a null-terminated array of C strings.
    private static func withCStrings<Result>(_ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result)
        -> Result
    {
        let copies = unsafe texts.map { unsafe strdup($0) }
        defer { for index in unsafe copies.indices { unsafe free(copies[index]) } }
        return unsafe (copies.map { unsafe UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { unsafe body($0.baseAddress!) }
    }
}
