public import JSON

/// The values of an endpoint's parameters. Most endpoints have none; then nothing is stored or transmitted.
public struct EndpointParameters: Sendable, Equatable {
    /// The limit of their JSON, in bytes. It is part of the header of each notification.
    public static let sizeLimit = 2000

    private var values: [String: String] = [:]

    public init() {}

    /// Reads an object of strings and whole numbers; nil for anything else.
    public init?(_ document: JSON) {
        guard case .object(let members) = document else { return nil }
        for member in members {
            switch member.value {
            case .string(let text): values[member.name] = text
            case .integer(let number): values[member.name] = "\(number)"
            default: return nil
            }
        }
    }

    /// Reads what `text` writes; nil for anything else.
    public init?(text: String) {
        guard let document = try? JSON(parsing: Array(text.utf8)) else { return nil }
        self.init(document)
    }

    public var isEmpty: Bool { values.isEmpty }

    /// An object of strings, its members in the order of their names.
    public var document: JSON {
        .object(values.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) })
    }

    /// One line of JSON; nil where there are none.
    public var text: String? { isEmpty ? nil : String(decoding: document.encoded(), as: UTF8.self) }

    public subscript(_ parameter: EndpointParameter) -> String? {
        get { values[parameter.name] }
        set { values[parameter.name] = newValue }
    }
}

extension EndpointParameters {
    /// From 1.
    public var secretGeneration: Int { self[.secretGeneration].flatMap { Int($0) } ?? 1 }
}
