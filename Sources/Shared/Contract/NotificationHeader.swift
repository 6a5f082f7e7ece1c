import Model

/// What the notifications of one message do not have in their body, as the text of its one header: lines of `name=value`, which an
/// operator can read on a parked message. The first block is what they have in common; after an empty line follows a block for each.
///
/// One header and not ten, because the broker takes each apart and puts it together again at every step
/// (`docs/decisions/0010-one-header.md`). No value has a line feed: labels and addresses are held to that at the door.
enum NotificationHeader {
    static let name = "x-notifications"

    /// - Parameter notifications: at least one, alike in all but the endpoint and the consumer.
    static func text(of notifications: [Notification]) -> String {
        var text = ""
        text.reserveCapacity(256 + 192 * notifications.count)
        func add(_ name: String, _ value: String?) {
            guard let value else { return }
            text += "\(name)="
            text += value
            text += "\n"
        }
        let first = notifications[0]
        add("request", first.request.description)
        add("service", first.service.text)
        add("reference", first.reference)
        add("content", first.content.digest)
        add("attempt", "\(first.attempt)")
        add("suspect", first.suspicion == .none ? nil : first.suspicion.rawValue)
        add("expires-at", first.expiresAt.map { "\($0.milliseconds)" })
        for notification in notifications {
            text += "\n"
            add("id", notification.id.description)
            add("consumer", notification.consumer)
            add("endpoint", notification.endpoint.id.description)
            add("address", notification.endpoint.address)
            add("generation", notification.endpoint.secretGeneration == 1 ? nil : "\(notification.endpoint.secretGeneration)")
        }
        return text
    }
}

/// One block of the header's lines.
struct NotificationLines {
    private let lines: [(name: Substring.UTF8View, value: Substring.UTF8View)]

    /// The blocks of a header, the common one first.
    static func blocks(of text: String) -> [NotificationLines] {
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return lines.split(whereSeparator: \.isEmpty).map { NotificationLines($0) }
    }

    private init(_ lines: ArraySlice<Substring.UTF8View>) {
        self.lines = lines.compactMap { line in
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            return (line[..<equals], line[line.index(after: equals)...])
        }
    }

    /// A value; nil where there is none.
    subscript(_ name: String) -> String? {
        lines.first { $0.name.elementsEqual(name.utf8) }.flatMap { String(Substring($0.value)) }
    }

    /// A number; nil where there is none.
    func integer(_ name: String) -> Int64? { self[name].flatMap { Int64($0) } }

    /// A value in a form that its type reads.
    func require<Value>(_ name: String, _ read: (String) -> Value?) throws(ContractError) -> Value {
        guard let text = self[name] else { throw .property(name: "\(NotificationHeader.name): \(name)", problem: "is absent") }
        guard let value = read(text) else {
            throw .property(name: "\(NotificationHeader.name): \(name)", problem: "is not well formed")
        }
        return value
    }
}
