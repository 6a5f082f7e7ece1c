import Foundation
public import JSON
import Transfers

/// A client of RabbitMQ's management API (HTTP), with what the tools need.
public struct ManagementAPI: Sendable {
    public let settings: ManagementSettings
    private let transfers: TransferLoop
    private let authorization: String

    public init(settings: ManagementSettings) {
        self.settings = settings
        transfers = TransferLoop(connectionsPerHost: 1, certificateAuthority: settings.certificateAuthority)
        let credentials = Data("\(settings.user):\(settings.password.reveal())".utf8)
        authorization = "Basic \(credentials.base64EncodedString())"
    }

    /// - Parameter path: the segments after `/api`, not yet encoded.
    public func get(_ path: [String]) async throws(ManagementError) -> JSON {
        let body = try await call(.get, path, nil)
        do { return try JSON(parsing: body) } catch { throw .unreadable(error) }
    }

    public func put(_ path: [String], _ document: JSON) async throws(ManagementError) { _ = try await call(.put, path, document) }

    public func post(_ path: [String], _ document: JSON) async throws(ManagementError) {
        _ = try await call(.post, path, document)
    }

    public func close() async { await transfers.close() }

    /// The address of a resource for a shell, with the setting in place of user and password.
    static func shellAddress(_ path: [String]) -> String { "\"$POSTHORN_MANAGEMENT_URL/api/\(encoded(path))\"" }

    private func call(_ method: HTTPCall.Method, _ path: [String], _ document: JSON?) async throws(ManagementError) -> [UInt8] {
        // Some resources, such as user limits on 3.10, refuse a client that accepts only JSON.
        let accepted = "application/json, */*;q=0.5"
        let call = HTTPCall(
            method, "\(settings.url)/api/\(Self.encoded(path))",
            headers: [("Authorization", authorization), ("Content-Type", "application/json"), ("Accept", accepted)],
            body: document?.encoded() ?? [], timeout: .seconds(30), responseLimit: 64 << 20)
        let reply: HTTPReply
        do { reply = try await transfers.perform(call) } catch { throw .unreachable(error) }
        switch reply.status {
        case 200..<300: return reply.body
        case 401: throw .notAuthorised
        case 404: throw .notFound(what: path.joined(separator: " "))
        default:
            let document = try? JSON(parsing: reply.body)
            let reason = document?["reason"]?.stringValue ?? document?["error"]?.stringValue ?? "without a reason"
            throw .refused(status: reply.status, reason: reason)
        }
    }

    private static func encoded(_ path: [String]) -> String {
        // RFC 3986, section 2.3: these never need an escape.
        var unreserved = CharacterSet(charactersIn: "-._~")
        unreserved.insert(charactersIn: "a"..."z")
        unreserved.insert(charactersIn: "A"..."Z")
        unreserved.insert(charactersIn: "0"..."9")
        return path.map { $0.addingPercentEncoding(withAllowedCharacters: unreserved) ?? "" }.joined(separator: "/")
    }
}
