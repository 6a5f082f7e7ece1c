import Broker
import Model

/// How notifications travel in one message: their contents as its body, and in one header what they do not have there. A block says what
/// those of one fan-out have in common, and a block for each of them follows; then comes the next fan-out. No value has a line feed: labels
/// and addresses are held to that at the door.
enum NotificationHeader {
    static let name = "x-notifications"

    /// Notifications that have their content and all else in common.
    struct Group {
        let facts: CommonFacts
        let content: FrozenContent
        let notifications: ArraySlice<Notification>
    }

    /// - Parameter notifications: at least one; those that have all in common stand together.
    static func groups(_ notifications: [Notification]) -> [Group] {
        var groups: [Group] = []
        var start = 0
        while start < notifications.count {
            let first = notifications[start]
            let end = notifications[start...].firstIndex { !$0.isAlike(first) } ?? notifications.endIndex
            groups.append(
                Group(facts: CommonFacts(first), content: first.content, notifications: notifications[start..<end]))
            start = end
        }
        return groups
    }

    static func text(of groups: [Group]) -> String {
        var writer = HeaderWriter(capacity: groups.reduce(0) { $0 + 256 + 192 * $1.notifications.count })
        for group in groups {
            group.facts.write(to: &writer, length: groups.count == 1 ? nil : group.content.bytes.count)
            for notification in group.notifications {
                writer.beginBlock()
                writer.add("id", notification.id.description)
                writer.add("consumer", notification.consumer)
                writer.add("endpoint", notification.endpoint.id.description)
                writer.add("address", notification.endpoint.address)
                writer.add("parameters", notification.endpoint.parameters.text)
            }
        }
        return writer.text
    }

    /// One content as it is, or several as one JSON array, from which each is taken to the byte.
    static func body(of groups: [Group]) -> [UInt8] {
        guard groups.count > 1 else { return groups[0].content.bytes }
        var body: [UInt8] = []
        body.reserveCapacity(groups.reduce(1) { $0 + $1.content.bytes.count + 1 })
        for group in groups {
            body.append(UInt8(ascii: body.isEmpty ? "[" : ","))
            body += group.content.bytes
        }
        body.append(UInt8(ascii: "]"))
        return body
    }

    static func notifications(_ delivery: Delivery, _ medium: Medium, _ lane: Lane, _ traffic: Traffic) throws(ContractError)
        -> [Notification]
    {
        var notifications: [Notification] = []
        var current: (facts: CommonFacts, content: FrozenContent)?
        var start = 1
        for block in try HeaderBlock.blocks(of: name, in: delivery.properties) {
            if block["request"] != nil || current == nil {
                let facts = try CommonFacts(block)
                current = (facts, FrozenContent(bytes: try content(of: block, in: delivery.body, &start), digest: facts.digest))
            } else if let (facts, content) = current {
                notifications.append(try facts.notification(block, medium, lane, traffic, content))
            }
        }
        guard !notifications.isEmpty else {
            throw .property(name: name, problem: "must have a block of what is common and one for each notification")
        }
        return notifications
    }

    /// - Parameter start: where the next content begins; moved on.
    private static func content(of block: HeaderBlock, in body: [UInt8], _ start: inout Int) throws(ContractError) -> [UInt8] {
        guard block["length"] != nil else { return body }
        let length = try block.require("length", Int.init)
        guard length > 0, length < body.count - start else { throw .property(name: name, problem: "does not fit the body") }
        defer { start += length + 1 }
        return Array(body[start..<start + length])
    }
}
