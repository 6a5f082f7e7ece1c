import Topology

extension ControlService {
    /// Reports to whoever calls the roll that this participant is there.
    func answerRollCalls() {
        receive(RollCall.self) { [weak self] _, from in
            guard let self else { return }
            publish(Presence(of: participant), to: .participant(from))
        }
        receive(Presence.self) { [weak self] presence, from in
            self?.state.withLock { state in
                if presence.isLeaving {
                    state.presence.left(from)
                } else {
                    state.presence.note(Participant(id: from, presence.role, media: presence.media), at: .now)
                }
            }
        }
    }

    /// Reports to those that watch its role that it is there, or that it leaves.
    func announce(isLeaving: Bool) {
        // Nobody watches tools.
        guard participant.role != .tool else { return }
        publish(Presence(of: participant, isLeaving: isLeaving), to: .watchers(participant.role))
    }

    /// Calls the roll of the watched roles at intervals, until it is cancelled.
    func callRolls() async {
        guard !watched.isEmpty else { return }
        while !Task.isCancelled {
            await callRoll()
            let wait = state.withLock { $0.presence.settlesAt == nil } ? Self.publishLimit : PresenceTable.interval
            try? await Task.sleep(for: wait)
        }
    }

    private func callRoll() async {
        var hasCalled = true
        for role in watched {
            // If it reaches no queue, nobody is there, or their connection is lost: those that were there are forgotten as those that are silent.
            if await send(RollCall(), to: .all(role)) == .failed { hasCalled = false }
        }
        if hasCalled { state.withLock { $0.presence.called(at: .now) } }
    }
}
