import JSON

extension RouteLine {
    /// The operation as the OpenAPI document has it.
    var document: JSON {
        var members: [JSON.Member] = [
            .init("operationId", .string(operation.id)), .init("tags", [.string(operation.tag.name)]),
            .init("summary", .string(operation.summary)),
        ]
        if let details = operation.details { members.append(.init("description", .string(details))) }
        if !operation.needsKey { members.append(.init("security", [])) }
        let parameters = pathParameters + operation.input.parameters
        if !parameters.isEmpty {
            members.append(.init("parameters", .array(parameters.map { JSON.reference(to: "parameters", $0) })))
        }
        if case .body(let body, _) = operation.input { members.append(.init("requestBody", body.document)) }
        members.append(
            .init("responses", .object(operation.allAnswers.map { .init("\($0.status)", $0.document) })))
        return .object(members)
    }

    /// The components that describe the path's parameters: `Channel` for `{channel}`.
    private var pathParameters: [String] {
        pattern.split(separator: "/").filter { $0.hasPrefix("{") }.map { segment in
            let name = segment.dropFirst().dropLast()
            return name.prefix(1).uppercased() + name.dropFirst()
        }
    }
}

extension Operation.Input {
    fileprivate var parameters: [String] {
        switch self {
        case .nothing: []
        case .query(let names): names
        case .body(_, let headers): headers
        }
    }
}

extension Operation.Body {
    fileprivate var document: JSON {
        [
            "required": .bool(isRequired),
            "content": ["application/json": ["schema": .reference(to: "schemas", schema), "example": example]],
        ]
    }
}

extension Answer {
    fileprivate var document: JSON {
        switch content {
        case .shared(let name): return .reference(to: "responses", name)
        case .empty(let description): return ["description": .string(description)]
        case .problem(let description):
            return [
                "description": .string(description),
                "content": ["application/problem+json": ["schema": .reference(to: "schemas", "Problem")]],
            ]
        case .json(let description, let schema, let headers):
            var members: [JSON.Member] = [
                .init("description", .string(description)),
                .init("content", ["application/json": ["schema": schema.document]]),
            ]
            if let headers { members.append(.init("headers", headers)) }
            return .object(members)
        }
    }
}

extension Answer.Schema {
    fileprivate var document: JSON {
        switch self {
        case .named(let name): .reference(to: "schemas", name)
        case .oneOf(let names): ["oneOf": .array(names.map { .reference(to: "schemas", $0) })]
        case .anyObject: ["type": "object"]
        }
    }
}

extension JSON {
    /// A reference object (OpenAPI 3.1, section 4.8.23).
    fileprivate static func reference(to kind: String, _ name: String) -> JSON {
        ["$ref": .string("#/components/\(kind)/\(name)")]
    }
}
