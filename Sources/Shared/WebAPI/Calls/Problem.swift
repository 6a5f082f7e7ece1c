public import HTTPServer
import JSON

/// Why a call was not answered as asked, as a problem document (RFC 9457).
public struct Problem: Error, Equatable {
    /// What kind of problem it is; the last word of its `type`. Clients go by it, so it is one list for the whole API, and a word never
    /// changes.
    public enum Kind: String, Sendable, CaseIterable {
        case malformedBody = "malformed-body"
        case invalidField = "invalid-field"
        case invalidQuery = "invalid-query"
        case unauthenticated = "unauthenticated"
        case notFound = "not-found"
        case unknownConsumer = "unknown-consumer"
        case unknownChannel = "unknown-channel"
        case methodNotAllowed = "method-not-allowed"
        case conflict = "conflict"
        case bodyTooLarge = "body-too-large"
        case unsupportedMediaType = "unsupported-media-type"
        case brokerUnavailable = "broker-unavailable"
        case tooBusy = "too-busy"
        case databaseUnavailable = "database-unavailable"
        case internalError = "internal-error"
    }

    public let kind: Kind
    public let status: Int
    public let title: String
    public let detail: String
    /// The path of the field at fault: `to[0].email`.
    public var field: String?
    public var headers: [Header] = []

    public struct Header: Sendable, Equatable {
        public let name: String
        public let value: String
    }

    public init(_ kind: Kind, _ status: Int, _ title: String, _ detail: String, field: String? = nil) {
        self.kind = kind
        self.status = status
        self.title = title
        self.detail = detail
        self.field = field
    }

    /// The same problem with one more header field.
    public func with(_ name: String, _ value: String) -> Problem {
        var problem = self
        problem.headers.append(Header(name: name, value: value))
        return problem
    }

    /// The problem document.
    public var response: ServerResponse {
        var members: [JSON.Member] = [
            .init("type", .string("urn:posthorn:problem:\(kind.rawValue)")), .init("title", .string(title)),
            .init("status", .integer(Int64(status))), .init("detail", .string(detail)),
        ]
        if let field { members.append(.init("field", .string(field))) }
        return ServerResponse(
            status: status,
            headers: [("Content-Type", "application/problem+json")] + headers.map { ($0.name, $0.value) },
            body: JSON.object(members).encoded())
    }
}
