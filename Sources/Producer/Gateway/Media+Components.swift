import JSON
import Model

extension Media {
    /// The schemas of the API's description that follow from the media: their names, the endpoints that can be registered, and whom a request
    /// can name (OpenAPI 3.1, section 4.8.7).
    var components: JSON {
        [
            "schemas": [
                "Medium": ["type": "string", "enum": JSON(all.map(\.rawValue))],
                "MediaSelection": [
                    "type": ["array", "null"], "minItems": 1, "maxItems": .integer(Int64(all.count)),
                    "items": ["$ref": "#/components/schemas/Medium"],
                    "description":
                        "Only on these media; without it, on all registered ones. With the delivery `first`: in this order.",
                ],
                "EndpointDraft": ["oneOf": .array(descriptions.map(\.draftSchema))],
                "Recipient": [
                    "oneOf": .array(
                        [MediumDescription.object(["consumer": ["$ref": "#/components/schemas/Label"]])]
                            + descriptions.filter(\.isAddressable).map(\.recipientSchema))
                ],
            ]
        ]
    }
}

extension MediumDescription {
    fileprivate var draftSchema: JSON {
        var members: [JSON.Member] = [
            .init("medium", ["type": "string", "enum": [.string(medium.rawValue)]]), .init("address", address.schema),
        ]
        let given = parameters.filter { $0.origin == .registration }
        if !given.isEmpty {
            members.append(.init("parameters", Self.object(given.map { .init($0.name, ["type": "string", "minLength": 1]) })))
        }
        return Self.object(members)
    }

    fileprivate var recipientSchema: JSON {
        let form: JSON = if case .mailbox = address { ["type": "string", "format": "email"] } else { address.schema }
        return Self.object([.init(medium.rawValue, form)])
    }

    /// An object with these members and no others.
    fileprivate static func object(_ members: [JSON.Member]) -> JSON {
        [
            "type": "object", "properties": .object(members), "required": JSON(members.map(\.name)),
            "additionalProperties": false,
        ]
    }

    fileprivate static func object(_ members: KeyValuePairs<String, JSON>) -> JSON {
        object(members.map { JSON.Member($0.key, $0.value) })
    }
}

extension AddressForm {
    fileprivate var schema: JSON {
        switch self {
        case .mailbox: ["$ref": "#/components/schemas/EmailAddress"]
        case .web: ["$ref": "#/components/schemas/WebhookAddress"]
        case .text: ["type": "string", "minLength": 1]
        }
    }
}
