import Gateway
import JSON
import Testing

/// The OpenAPI document, as far as answers are held against it.
struct OpenAPIDocument: Sendable {
    static let shared = OpenAPIDocument()

    let root: JSON

    private init() { root = (try? GatewayRole().description()) ?? .null }

    /// Whether a method on a path is described.
    func has(_ method: String, _ path: String) -> Bool { operation(method, path) != nil }

    /// What is otherwise with an answer than described. Nothing for a path or a method that is not described.
    func problems(method: String, path: String, _ answer: APIClient.Answer) -> [String] {
        guard let operation = operation(method, path) else { return [] }
        guard let response = operation["responses"]?["\(answer.status)"].map(resolved) else {
            return ["the status is not described"]
        }
        guard let content = response["content"]?.objectValue?.first else {
            return answer.bytes.isEmpty ? [] : ["a body is not described"]
        }
        guard answer.header("content-type") == content.name else { return ["the content type is not \(content.name)"] }
        return problems(answer.document, content.value["schema"] ?? .null, at: "")
    }

    private func operation(_ method: String, _ path: String) -> JSON? {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        let found = (root["paths"]?.objectValue ?? []).first { candidate in
            let pattern = candidate.name.split(separator: "/", omittingEmptySubsequences: false)
            return pattern.count == segments.count && zip(pattern, segments).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
        return found?.value[method.lowercased()]
    }

    private func resolved(_ value: JSON) -> JSON {
        guard let reference = value["$ref"]?.stringValue else { return value }
        return reference.dropFirst(2).split(separator: "/").reduce(root) { $0[String($1)] ?? .null }
    }

    /// Holds a value against a schema: the keywords that the document uses.
    private func problems(_ value: JSON, _ schema: JSON, at path: String) -> [String] {
        let schema = resolved(schema)
        if let choices = schema["oneOf"]?.arrayValue {
            let fitting = choices.filter { problems(value, $0, at: path).isEmpty }
            return fitting.count == 1 ? [] : ["\(path) fits \(fitting.count) of \(choices.count) choices"]
        }
        let types = schema["type"]?.arrayValue?.compactMap(\.stringValue) ?? [schema["type"]?.stringValue].compactMap { $0 }
        if !types.isEmpty, !types.contains(typeName(value)) { return ["\(path) is \(typeName(value)), not \(types)"] }
        if let choices = schema["enum"]?.arrayValue, !choices.contains(value) { return ["\(path) is not one of the enum"] }
        switch value {
        case .array(let elements):
            guard let items = schema["items"] else { return [] }
            return elements.enumerated().flatMap { problems($1, items, at: "\(path)[\($0)]") }
        case .object(let members): return problems(members, schema, at: path)
        default: return []
        }
    }

    private func problems(_ members: [JSON.Member], _ schema: JSON, at path: String) -> [String] {
        var found: [String] = []
        for name in schema["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
        where !members.contains(where: { $0.name == name }) {
            found.append("\(path).\(name) is missing")
        }
        for member in members {
            if let property = schema["properties"]?[member.name] {
                found += problems(member.value, property, at: "\(path).\(member.name)")
            } else if let other = schema["additionalProperties"] {
                found += other == .bool(false) ? ["\(path).\(member.name) is not described"] : []
                if case .object = other { found += problems(member.value, other, at: "\(path).\(member.name)") }
            }
        }
        return found
    }

    private func typeName(_ value: JSON) -> String {
        switch value {
        case .null: "null"
        case .bool: "boolean"
        case .integer: "integer"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
