import Model

/// What is one notification's own, as the text of its one header: lines of `name=value`, which an operator can read on a parked message.
///
/// One header and not ten, because the broker takes each apart and puts it together again at every step
/// (`docs/decisions/0010-one-header.md`). No value has a line feed: labels and addresses are held to that at the door.
enum NotificationHeader {
    static let name = "x-notification"

    static func text(of notification: Notification) -> String {
        var text = """
            request=\(notification.request)
            service=\(notification.service.text)
            endpoint=\(notification.endpoint.id)
            address=\(notification.endpoint.address)
            content=\(notification.content.digest)
            attempt=\(notification.attempt)
            """
        func add(_ name: String, _ value: String?) {
            if let value { text += "\n\(name)=\(value)" }
        }
        add("consumer", notification.consumer)
        add("reference", notification.reference)
        add("suspect", notification.suspicion == .none ? nil : notification.suspicion.rawValue)
        add("generation", notification.endpoint.secretGeneration == 1 ? nil : "\(notification.endpoint.secretGeneration)")
        add("expires-at", notification.expiresAt.map { "\($0.milliseconds)" })
        return text
    }
}

/// The lines of a notification's header.
struct NotificationLines {
    private let lines: [(name: String, value: String)]

    init(_ text: String) {
        lines = text.utf8.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            return (String(line[..<equals]) ?? "", String(line[line.index(after: equals)...]) ?? "")
        }
    }

    /// A value; nil where there is none.
    subscript(_ name: String) -> String? { lines.first { $0.name == name }?.value }

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
