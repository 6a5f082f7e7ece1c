import JSON

/// The OpenAPI document (3.1), put together from what routes and resources say of themselves.
struct APIDescription {
    private let head: JSON
    private let lines: [RouteLine]
    private var components: [(kind: String, members: [JSON.Member])] = ["securitySchemes", "parameters", "responses", "schemas"]
        .map { ($0, []) }

    /// - Throws: `APIError` where two parts describe the same thing, or a part cannot be read.
    init(head: [UInt8], lines: [RouteLine], components parts: [[UInt8]]) throws(APIError) {
        self.head = try Self.object(head)
        self.lines = lines
        for part in parts { try add(try Self.object(part)) }
        var ids: Set<String> = []
        for line in lines where !ids.insert(line.operation.id).inserted { throw .repeatedOperation(line.operation.id) }
    }

    /// - Throws: `APIError.unknownReference` where something is referred to that no part describes.
    func document() throws(APIError) -> JSON {
        let members: [JSON.Member] =
            (head.objectValue ?? []) + [
                .init("security", [["apiKey": []]]), .init("tags", tags), .init("paths", paths),
                .init("components", .object(components.map { .init($0.kind, .object($0.members)) })),
            ]
        let document = JSON.object(members)
        try check(document, within: document)
        return document
    }

    private mutating func add(_ part: JSON) throws(APIError) {
        for kind in part.objectValue ?? [] {
            guard let place = components.firstIndex(where: { $0.kind == kind.name }) else {
                throw .unreadable("\(kind.name) is no kind of component")
            }
            for member in kind.value.objectValue ?? [] {
                guard !components[place].members.contains(where: { $0.name == member.name }) else {
                    throw .repeatedComponent(kind: kind.name, name: member.name)
                }
                components[place].members.append(member)
            }
        }
    }

    /// In the order in which the routes use them first.
    private var tags: JSON {
        var tags: [Tag] = []
        for line in lines where !tags.contains(line.operation.tag) { tags.append(line.operation.tag) }
        return .array(tags.map { ["name": .string($0.name), "description": .string($0.description)] })
    }

    private var paths: JSON {
        var patterns: [String] = []
        for line in lines where !patterns.contains(line.pattern) { patterns.append(line.pattern) }
        return .object(
            patterns.map { pattern in
                let operations = lines.filter { $0.pattern == pattern }
                return .init(pattern, .object(operations.map { .init($0.method.rawValue.lowercased(), $0.document) }))
            })
    }

    private func check(_ value: JSON, within document: JSON) throws(APIError) {
        switch value {
        case .array(let elements): for element in elements { try check(element, within: document) }
        case .object(let members):
            for member in members { try check(member.value, within: document) }
            guard let reference = value["$ref"]?.stringValue else { return }
            let found = reference.split(separator: "/").dropFirst().reduce(Optional(document)) { $0?[String($1)] }
            if found == nil { throw .unknownReference(reference) }
        default: break
        }
    }

    private static func object(_ bytes: [UInt8]) throws(APIError) -> JSON {
        let document: JSON
        do { document = try JSON(parsing: bytes) } catch { throw .unreadable(error.description) }
        guard document.objectValue != nil else { throw .unreadable("it is \(document.kindWithArticle), not an object") }
        return document
    }
}
