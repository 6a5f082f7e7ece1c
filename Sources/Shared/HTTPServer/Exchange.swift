import Synchronization

/// One request on its way in and its answer on the way out. The server's thread brings the request piece by piece; the handler's task brings
/// the answer.
final class Exchange: Sendable {
    /// What the server's thread does next.
    enum Step {
        case goOn
        /// The request is whole: pause the connection and ask the handler.
        case handle(ServerRequest)
        case answer(ServerResponse)
        case hangUp
    }

    private enum Phase { case head, body, handling, answered }

    private struct State {
        var phase = Phase.head
        var method = ""
        var headers = HeaderFields()
        var intake: BodyIntake
        var response: ServerResponse?
    }

    let connection: ConnectionWatch.Entry
    private let target: RequestTarget?
    private let state: Mutex<State>

    init(target: [UInt8], connection: ConnectionWatch.Entry, bodyLimit: Int) {
        self.target = RequestTarget(target)
        self.connection = connection
        state = Mutex(State(intake: BodyIntake(limit: bodyLimit)))
    }

    /// Whether the head has not been read yet.
    var awaitsHead: Bool { state.withLock { $0.phase == .head } }

    func head(method: String, headers: HeaderFields) -> Step {
        guard target != nil else {
            return .answer(.problem(400, "Bad request", "The path or the query is not well percent-encoded UTF-8."))
        }
        let length = headers.value("content-length").flatMap { Int($0) }
        let expectsContinue = headers.value("expect") != nil
        return state.withLock { state in
            state.phase = .body
            state.method = method
            state.headers = headers
            switch state.intake.announce(length: length, expectsContinue: expectsContinue) {
            case .goOn: return .goOn
            case .refuseNow: return .answer(tooLarge(state.intake))
            }
        }
    }

    func body(_ piece: some Collection<UInt8>) -> Step {
        state.withLock { $0.intake.append(piece) == .refuseNow ? .hangUp : .goOn }
    }

    /// Called when nothing more comes in: at the end of the request, and again when the handler has answered.
    func end() -> Step {
        state.withLock { state in
            if let response = state.response { return .answer(response) }
            guard state.phase == .body, let target else { return .hangUp }
            state.phase = .handling
            if state.intake.isTooLarge { return .answer(tooLarge(state.intake)) }
            return .handle(
                ServerRequest(
                    method: state.method, target: target, headers: state.headers, body: state.intake.takeBytes(),
                    remoteAddress: connection.remoteAddress))
        }
    }

    func answer(_ response: ServerResponse) {
        state.withLock { state in
            state.phase = .answered
            state.response = response
        }
    }

    private func tooLarge(_ intake: BodyIntake) -> ServerResponse {
        .problem(413, "Body too large", "The body has more than \(intake.limit) bytes.")
    }
}
