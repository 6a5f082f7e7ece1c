import Foundation
import FoundationNetworking
import JSON
import Model
import Testing

/// Calls the API as a service, and holds every answer against the OpenAPI document.
struct APIClient: Sendable {
    struct Answer: Sendable {
        let status: Int
        let headers: [String: String]
        let bytes: [UInt8]

        /// `null` where the body is no JSON.
        var document: JSON { (try? JSON(parsing: bytes)) ?? .null }
        var detail: String { document["detail"]?.stringValue ?? "" }
        var field: String? { document["field"]?.stringValue }
        /// The last word of a problem's type.
        var problem: String? { document["type"]?.stringValue.flatMap { $0.split(separator: ":").last.map(String.init) } }

        /// In whatever case the name is written.
        func header(_ name: String) -> String? { headers[name.lowercased()] }
    }

    let port: UInt16
    let tenant: TenantName
    let key: String

    func get(_ target: String) async throws -> Answer { try await call("GET", target) }
    func delete(_ target: String) async throws -> Answer { try await call("DELETE", target) }
    func patch(_ target: String, _ body: JSON) async throws -> Answer { try await call("PATCH", target, body.encoded()) }

    func post(_ target: String, _ body: JSON, headers: [String: String] = [:]) async throws -> Answer {
        try await call("POST", target, body.encoded(), headers: headers)
    }

    func call(
        _ method: String, _ target: String, _ body: [UInt8]? = nil, type: String? = "application/json",
        headers: [String: String] = [:]
    ) async throws -> Answer {
        var headers = headers
        if headers["Authorization"] == nil { headers["Authorization"] = "Bearer \(key)" }
        if body != nil, let type { headers["Content-Type"] = type }
        let answer = try await Self.send(method, "http://127.0.0.1:\(port)\(target)", body, headers)
        let path = String(target.prefix { $0 != "?" })
        for problem in OpenAPIDocument.shared.problems(method: method, path: path, answer) {
            Issue.record("\(method) \(target) \(answer.status): \(problem)")
        }
        return answer
    }

    private static func send(_ method: String, _ url: String, _ body: [UInt8]?, _ headers: [String: String]) async throws
        -> Answer
    {
        var request = URLRequest(url: URL(string: url)!)
        request.httpMethod = method
        request.httpBody = body.map { Data($0) }
        for (name, value) in headers where !value.isEmpty { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await URLSession.shared.data(for: request)
        let http = try #require(response as? HTTPURLResponse)
        var found: [String: String] = [:]
        for (name, value) in http.allHeaderFields { found["\(name)".lowercased()] = "\(value)" }
        return Answer(status: http.statusCode, headers: found, bytes: Array(data))
    }
}
