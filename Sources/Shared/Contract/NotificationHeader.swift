import Broker
import JSON
import Model

/// The form of notifications in one message: their contents are its body, and one header has all other fields. A block has the common fields
/// of one fan-out, and a block for each notification follows; then comes the next fan-out. No value has a line feed: labels and addresses are
/// checked for that before a request is accepted.
///
/// A single content is the body itself. Several contents, or contents and the own documents of notifications, are a JSON array: all contents,
/// in the order of their blocks, and then the values and the alternatives of each notification. The blocks have the length of each, in bytes.
enum NotificationHeader {
    static let name = "x-notifications"

    /// Notifications with the same content and the same common fields.
    struct Group {
        let facts: CommonFields
        let content: EncodedContent
        let notifications: ArraySlice<Notification>
    }

    /// - Parameter notifications: at least one; those with the same common fields are adjacent.
    static func groups(_ notifications: [Notification]) -> [Group] {
        var groups: [Group] = []
        var start = 0
        while start < notifications.count {
            let first = notifications[start]
            let end = notifications[start...].firstIndex { !$0.isAlike(first) } ?? notifications.endIndex
            groups.append(
                Group(facts: CommonFields(first), content: first.content, notifications: notifications[start..<end]))
            start = end
        }
        return groups
    }

    static func text(of groups: [Group]) -> String {
        let isArray = isArray(groups)
        var writer = HeaderWriter(capacity: groups.reduce(0) { $0 + 256 + 192 * $1.notifications.count })
        for group in groups {
            group.facts.write(to: &writer, length: isArray ? group.content.bytes.count : nil)
            for notification in group.notifications {
                writer.beginBlock()
                writer.add("id", notification.id.description)
                writer.add("consumer", notification.consumer)
                writer.add("endpoint", notification.endpoint.id.description)
                writer.add("address", notification.endpoint.address)
                writer.add("parameters", notification.endpoint.parameters.text)
                writer.add("history", notification.history.text)
                writer.add("values", notification.values.map { "\($0.encoded.count)" })
                writer.add("alternatives", notification.alternatives.map { "\($0.encoded.count)" })
            }
        }
        return writer.text
    }

    static func body(of groups: [Group]) -> [UInt8] {
        guard isArray(groups) else { return groups[0].content.bytes }
        let documents = groups.map(\.content.bytes) + groups.flatMap { $0.notifications.flatMap(\.ownDocuments) }
        return JoinedDocuments.body(of: documents, size: documents.reduce(1) { $0 + $1.count + 1 })
    }

    /// Whether the body is more than one content.
    private static func isArray(_ groups: [Group]) -> Bool {
        groups.count > 1 || groups[0].notifications.contains { $0.hasOwnDocuments }
    }

    static func notifications(_ delivery: Delivery, _ medium: Medium, _ lane: Lane, _ traffic: Traffic) throws(ContractError)
        -> [Notification]
    {
        var notifications: [Notification] = []
        var blocksWithDocuments: [(place: Int, block: HeaderBlock)] = []
        var current: (facts: CommonFields, content: EncodedContent, isJoined: Bool)?
        var documents = JoinedDocuments(delivery.body)
        for block in try HeaderBlock.blocks(of: name, in: delivery.properties) {
            if block["request"] != nil || current == nil {
                let facts = try CommonFields(block)
                let isJoined = block["length"] != nil
                let content = isJoined ? try document("length", of: block, &documents) : delivery.body
                current = (facts, EncodedContent(bytes: content, digest: facts.digest), isJoined)
            } else if let (facts, content, isJoined) = current {
                // A body that is a single content has no room for others.
                if isJoined, block["values"] != nil || block["alternatives"] != nil {
                    blocksWithDocuments.append((notifications.count, block))
                }
                notifications.append(try facts.notification(block, medium, lane, traffic, content))
            }
        }
        guard !notifications.isEmpty else {
            throw .property(name: name, problem: "must have a block of common fields and one for each notification")
        }
        for (place, block) in blocksWithDocuments {
            if block["values"] != nil { notifications[place].values = try values(of: block, &documents) }
            if block["alternatives"] != nil { notifications[place].alternatives = try alternatives(of: block, &documents) }
        }
        return notifications
    }

    private static func values(
        of block: HeaderBlock, _ documents: inout JoinedDocuments
    ) throws(ContractError) -> NotificationValues {
        let encoded = try document("values", of: block, &documents)
        do throws(NotificationValuesError) {
            return try NotificationValues(encoded: encoded)
        } catch {
            throw .property(name: name, problem: error.description)
        }
    }

    private static func alternatives(
        of block: HeaderBlock, _ documents: inout JoinedDocuments
    ) throws(ContractError) -> Alternatives {
        let encoded = try document("alternatives", of: block, &documents)
        do throws(FieldError) {
            return try Alternatives(encoded: encoded)
        } catch {
            throw .property(name: name, problem: error.description)
        }
    }

    private static func document(
        _ length: String, of block: HeaderBlock, _ documents: inout JoinedDocuments
    ) throws(ContractError) -> [UInt8] {
        guard let document = documents.next(length: try block.require(length, Int.init)) else {
            throw .property(name: name, problem: "does not fit the body")
        }
        return document
    }
}

extension Notification {
    /// Whether it has documents in the body besides its content.
    var hasOwnDocuments: Bool { values != nil || alternatives != nil }

    /// The length of these documents, in bytes.
    var ownSize: Int { (values?.encoded.count ?? 0) + (alternatives?.encoded.count ?? 0) }

    /// These documents, in the order in which the body has them.
    var ownDocuments: [[UInt8]] { [values?.encoded, alternatives?.encoded].compactMap(\.self) }
}
