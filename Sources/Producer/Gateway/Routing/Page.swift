import HTTPServer
import JSON

/// Which part of a list is asked for.
struct PageQuery: Sendable {
    /// How many at most.
    let limit: Int
    /// Those that come after this one; nil: from the beginning.
    let after: String?
}

/// A part of a list, in the order of its keys.
struct Page<Item: Sendable>: Sendable {
    let items: [Item]
    /// The `after` of the part that follows; nil at the end.
    let next: String?

    /// - Parameter found: up to one more than the limit, which tells whether more follows.
    init(_ found: [Item], limit: Int, key: (Item) -> String) {
        items = Array(found.prefix(limit))
        next = found.count > limit ? items.last.map(key) : nil
    }

    func response(_ document: (Item) -> JSON) -> ServerResponse {
        .json(200, ["items": .array(items.map(document)), "next": JSON(next)])
    }
}

extension ServerResponse {
    static func json(_ status: Int, _ document: JSON, headers: [(name: String, value: String)] = []) -> ServerResponse {
        ServerResponse(
            status: status, headers: [("Content-Type", "application/json")] + headers, body: document.encoded())
    }

    static var noContent: ServerResponse { ServerResponse(status: 204) }
}
