import Glibc
import Model
import Senders
import Transfers

/// A provider with one account. A call is one POST: its header `webhook-id` has the ids of its notifications, separated by commas, and its
/// body a JSON line for each of them. Its answer is the verdict on all of them.
struct AccountDouble: Provider {
    let name: String
    let medium: Medium
    private let settings: AccountSettings
    private let loops: PerLane<TransferLoop>

    init(_ name: String, _ medium: Medium, _ settings: AccountSettings, loops: PerLane<TransferLoop>) {
        self.name = name
        self.medium = medium
        self.settings = settings
        self.loops = loops
    }

    var callsAtOnce: Int { settings.callsAtOnce }
    var maximumBatch: Int { settings.maximumBatch }
    var maximumDelay: Duration { settings.maximumDelay }
    var rate: AccountRate? { settings.rate }

    func deliver(_ notifications: [Notification], report: @escaping @Sendable (Int, Verdict) -> Void) {
        crash(before: notifications)
        let places = maximumBatch > 1 ? [notifications.indices] : notifications.indices.map { $0..<($0 + 1) }
        guard settings.latency > .zero else { return make(places, of: notifications, report) }
        Task {
            try? await Task.sleep(for: settings.latency)
            make(places, of: notifications, report)
        }
    }

    private func make(
        _ places: [Range<Int>], of notifications: [Notification], _ report: @escaping @Sendable (Int, Verdict) -> Void
    ) {
        let failing = places.filter { _ in Int.random(in: 0..<100) < settings.failures }
        for place in failing.joined() { report(place, .unavailable(why: "the script says so")) }
        let made = places.filter { !failing.contains($0) }
        loops[notifications[0].lane].submit(made.map { call(for: notifications[$0]) }) { number, result in
            let verdict = Self.verdict(result)
            for place in made[number] { report(place, verdict) }
        }
    }

    private func call(for notifications: ArraySlice<Notification>) -> HTTPCall {
        let ids = notifications.map(\.id.description)
        let lines = ids.map { #"{"id":"\#($0)"}"# }
        return HTTPCall(
            .post, settings.url,
            headers: [("webhook-id", ids.joined(separator: ",")), ("content-type", "application/x-ndjson")],
            body: Array(lines.joined(separator: "\n").utf8), timeout: settings.timeout, keepsResponseBody: false)
    }

    private static func verdict(_ result: Result<HTTPReply, TransferError>) -> Verdict {
        switch result {
        case .success(let reply):
            switch reply.status {
            case 200..<300: .delivered(reference: nil)
            case 429: .throttled(after: reply.retryAfter, why: "HTTP 429")
            case 500...: .unavailable(why: "HTTP \(reply.status)")
            default: .refused(why: "HTTP \(reply.status)")
            }
        case .failure(let error):
            error.mayHaveArrived ? .unknown(why: error.description) : .unavailable(why: error.description)
        }
    }

    /// Ends the process as a fault in a provider's code would.
    private func crash(before notifications: [Notification]) {
        guard let word = settings.crashWord else { return }
        if notifications.contains(where: { String(decoding: $0.content.bytes, as: UTF8.self).contains(word) }) { abort() }
    }
}
