import Contract
import JSON
import Model
import Parking
import Topology

extension ParkedCopy {
    /// The most of the body that is printed, in bytes.
    private static let bodyLimit = 4096

    /// Everything that an operator may need, with the addresses and without any secret: messages have none.
    func description(at now: Timestamp) -> String {
        var rows: [(String, String)] = []
        func add(_ name: String, _ text: String?) { if let text { rows.append((name, text)) } }
        add("id", id)
        add("queue", "parked.\(reason.rawValue)" + (parkedFrom.map { ", from \($0)" } ?? ", by the broker"))
        add("reason", why)
        add("parked", parkedAt.map { "\($0), \(Amounts.age(age(at: now) ?? .zero)) ago" })
        add("type", message.properties.type)
        add("service", tenant?.text)
        add("user", user)
        switch contents {
        case .notifications(let notifications): for notification in notifications { rows += notification.rows }
        case .requests(let submissions):
            for submission in submissions {
                add("request", submission.id?.description)
                add("lane", submission.lane.rawValue)
            }
        case .other: break
        case .unreadable(let error): add("unreadable", error.description)
        }
        let width = rows.map(\.0.count).max() ?? 0
        var lines = rows.map { $0 + String(repeating: " ", count: width - $0.count) + "  " + $1 }
        lines += [
            "", "body, \(Amounts.count(bodyBytes, "byte"))" + (isTruncated ? ", of which only a part was kept" : ""), bodyText,
        ]
        return lines.joined(separator: "\n")
    }

    /// Without characters that could control a terminal.
    private var bodyText: String {
        let shown = message.body.prefix(Self.bodyLimit)
        let text = String(
            String.UnicodeScalarView(
                String(decoding: shown, as: UTF8.self).unicodeScalars.map {
                    $0 == "\n" || $0 == "\t" || $0.properties.generalCategory != .control ? $0 : "\u{FFFD}"
                }))
        let rest = message.body.count - shown.count
        return rest == 0 ? text : text + "\n… and \(Amounts.count(rest, "more byte")); --json prints all of it"
    }

    /// - Parameter withBody: whether the body is a part of it, as text.
    func document(at now: Timestamp, withBody: Bool) -> JSON {
        var members: [JSON.Member] = [
            .init("id", .string(id)), .init("queue", .string(reason.rawValue)), .init("reason", .string(why)),
            .init("parked_from", JSON(parkedFrom)), .init("parked_at", JSON(parkedAt?.description)),
            .init("age_seconds", age(at: now).seconds), .init("type", JSON(message.properties.type)),
            .init("service", JSON(tenant?.text)), .init("medium", JSON(medium?.rawValue)), .init("user", JSON(user)),
            .init("truncated", .bool(isTruncated)), .init("body_bytes", JSON(bodyBytes)),
        ]
        switch contents {
        case .notifications(let notifications): members.append(.init("notifications", .array(notifications.map(\.document))))
        case .requests(let submissions): members.append(.init("requests", JSON(submissions.compactMap { $0.id?.description })))
        case .other, .unreadable: break
        }
        if withBody { members.append(.init("body", .string(String(decoding: message.body, as: UTF8.self)))) }
        return .object(members)
    }
}

extension Notification {
    fileprivate var rows: [(String, String)] {
        var rows = [
            ("notification", id.description), ("request", request.description),
            ("lane", "\(lane.rawValue) (\(traffic.rawValue))"),
            ("attempts", "\(attempt)"),
        ]
        if let consumer { rows.append(("consumer", consumer)) }
        rows += [("endpoint", endpoint.id.description), (medium.rawValue, endpoint.address)]
        if let reference { rows.append(("reference", reference)) }
        if let expiresAt { rows.append(("expires", expiresAt.description)) }
        return rows + history.map { ("attempt \($0.attempt)", $0.description) }
    }

    fileprivate var document: JSON {
        [
            "id": .string(id.description), "request": .string(request.description), "lane": .string(lane.rawValue),
            "attempt": JSON(attempt), "consumer": JSON(consumer), "endpoint": .string(endpoint.id.description),
            "address": .string(endpoint.address), "reference": JSON(reference), "expires_at": JSON(expiresAt?.description),
            "history": history.document,
        ]
    }
}

extension FailedTry {
    fileprivate var description: String {
        let time = took.map { ", \(Amounts.grouped(Int($0 / .milliseconds(1)))) ms" } ?? ""
        return "\(at) \(provider)\(time): \(reason)"
    }
}
