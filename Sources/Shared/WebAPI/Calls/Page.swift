public import HTTPServer
public import JSON

/// Which part of a list is asked for.
public struct PageQuery: Sendable {
    /// How many at most.
    public let limit: Int
    /// Those that come after this one; nil: from the beginning.
    public let after: String?

    public init(limit: Int, after: String?) {
        self.limit = limit
        self.after = after
    }
}

/// A part of a list, in the order of its keys.
public struct Page<Item: Sendable>: Sendable {
    public let items: [Item]
    /// The `after` of the part that follows; nil at the end.
    public let next: String?

    /// - Parameter found: up to one more than the limit, which shows whether more follows.
    public init(_ found: [Item], limit: Int, key: (Item) -> String) {
        items = Array(found.prefix(limit))
        next = found.count > limit ? items.last.map(key) : nil
    }

    /// 200 with the items and the place where the next part begins.
    public func response(_ document: (Item) -> JSON) -> ServerResponse {
        .json(200, ["items": .array(items.map(document)), "next": JSON(next)])
    }
}

extension ServerResponse {
    /// A JSON document.
    public static func json(_ status: Int, _ document: JSON, headers: [(name: String, value: String)] = []) -> ServerResponse {
        ServerResponse(
            status: status, headers: [("Content-Type", "application/json")] + headers, body: document.encoded())
    }

    /// 204.
    public static var noContent: ServerResponse { ServerResponse(status: 204) }
}
