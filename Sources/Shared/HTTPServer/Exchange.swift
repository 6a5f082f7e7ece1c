import Synchronization

/// One request on its way in and its answer on the way out. The server's thread brings the request piece by piece; the handler's task brings
/// the answer.
final class Exchange: Sendable {
    /// What the server's thread does next.
    enum Step {
        case goOn
        /// Pause the connection and ask whether the body is to be read.
        case decide(@Sendable () async -> Admission)
        /// The request is whole: pause the connection and ask the handler.
        case handle(ServerRequest)
        case answer(ServerResponse)
        case hangUp
    }

    private enum Phase {
        case head
        /// The admission is asked for; nil until it is there.
        case deciding(Admission?)
        case body, handling, answered
    }

    private struct State {
        var phase = Phase.head
        var method = ""
        var headers = HeaderFields()
        var intake: BodyIntake
        /// Whose part of the memory the body is.
        var party: Int64 = 0
        /// What the admission gives to the handler.
        var pass: (any Sendable)?
        var taken = 0
        /// The answer where the body is read only to be thrown away.
        var refusal: ServerResponse?
        var response: ServerResponse?
        var wasHandled = false
    }

    /// A refused body that is no longer is read and thrown away, because a client that is still writing would lose the answer with the
    /// connection.
    private static let discardLimit = 64 << 10

    let connection: ConnectionWatch.Entry
    private let target: Result<RequestTarget, TargetFault>
    private let memory: BodyMemory
    private let state: Mutex<State>

    init(target: [UInt8], connection: ConnectionWatch.Entry, bodyLimit: Int, memory: BodyMemory) {
        self.target = Result { () throws(TargetFault) in try RequestTarget(target) }
        self.connection = connection
        self.memory = memory
        state = Mutex(State(intake: BodyIntake(limit: bodyLimit)))
    }

    /// Whether the head has not been read yet.
    var awaitsHead: Bool { state.withLock { if case .head = $0.phase { true } else { false } } }

    /// Whether the connection was paused for its admission, and the next call is about that.
    var awaitsAdmission: Bool { state.withLock { if case .deciding = $0.phase { true } else { false } } }

    /// Whether the request has reached the handler.
    var wasHandled: Bool { state.withLock { $0.wasHandled } }

    func head(method: String, headers: HeaderFields, admission: (RequestHead) -> Admission) -> Step {
        let target: RequestTarget
        switch self.target {
        case .success(let read): target = read
        case .failure(let fault): return .answer(fault.response)
        }
        let admission = admission(
            RequestHead(method: method, target: target, headers: headers, client: connection.client))
        return state.withLock { state in
            state.method = method
            state.headers = headers
            return settle(admission, &state)
        }
    }

    /// Keeps the admission until the server's thread asks for it.
    func decided(_ admission: Admission) { state.withLock { $0.phase = .deciding(admission) } }

    /// Called when the connection goes on after its pause.
    func admitted() -> Step {
        state.withLock { state in
            guard case .deciding(let admission?) = state.phase else { return .goOn }
            return settle(admission, &state)
        }
    }

    func body(_ piece: some Collection<UInt8>) -> Step {
        state.withLock { state in
            let step = state.intake.append(piece)
            let more = state.intake.held - state.taken
            if more > 0, memory.take(more, by: state.party) {
                state.taken += more
            } else if more != 0 {
                // It does not fit, or the intake has dropped it because it is too large.
                if more > 0 {
                    state.refusal = .noMemory
                    state.intake.drop()
                }
                release(&state)
            }
            return step == .refuseNow ? .hangUp : .goOn
        }
    }

    /// Called when nothing more comes in: at the end of the request, and again when the handler has answered.
    func end() -> Step {
        state.withLock { state in
            if let response = state.response { return .answer(response) }
            guard case .body = state.phase, case .success(let target) = target else { return .hangUp }
            state.phase = .handling
            if let refusal = state.refusal { return .answer(refusal) }
            if state.intake.isTooLarge { return .answer(.tooLarge(limit: state.intake.limit)) }
            state.wasHandled = true
            return .handle(
                ServerRequest(
                    method: state.method, target: target, headers: state.headers, body: state.intake.takeBytes(),
                    client: connection.client, pass: state.pass))
        }
    }

    func answer(_ response: ServerResponse) {
        state.withLock { state in
            state.phase = .answered
            state.response = response
        }
    }

    /// Called when the answer is on its way or the connection is gone.
    func ended() { state.withLock { release(&$0) } }

    private func settle(_ admission: Admission, _ state: inout State) -> Step {
        let length = state.headers.value("content-length").flatMap { Int($0) }
        let expectsContinue = state.headers.value("expect") != nil
        switch admission {
        case .undecided(let ask):
            state.phase = .deciding(nil)
            return .decide(ask)
        case .granted(let party, let pass):
            state.phase = .body
            state.party = party
            state.pass = pass
            switch state.intake.announce(length: length, expectsContinue: expectsContinue) {
            case .goOn: return .goOn
            case .refuseNow: return .answer(.tooLarge(limit: state.intake.limit))
            }
        case .refused(let response):
            state.phase = .body
            let isStreamed = state.headers.value("transfer-encoding") != nil
            if expectsContinue || isStreamed || (length ?? 0) > Self.discardLimit { return .answer(response) }
            state.refusal = response
            state.intake.drop()
            return .goOn
        }
    }

    private func release(_ state: inout State) {
        memory.give(state.taken, by: state.party)
        state.taken = 0
    }
}
