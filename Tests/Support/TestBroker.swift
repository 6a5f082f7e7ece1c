public import Broker
public import Foundation
import FoundationNetworking
import Runtime

/// A new virtual host on the RabbitMQ of `POSTHORN_TEST_BROKER_URL` and `POSTHORN_TEST_MANAGEMENT_URL`, so that suites can run concurrently.
public struct TestBroker: Sendable {
    /// Settings of a user with all permissions in the virtual host.
    public let settings: BrokerSettings
    /// The name of the virtual host.
    public let virtualHost: String

    private let management: URL
    private let authorization: String

    /// Creates a virtual host. The caller must remove it.
    public static func vhost() async throws -> TestBroker {
        let environment = ProcessInfo.processInfo.environment
        guard let url = environment["POSTHORN_TEST_BROKER_URL"],
            var parts = environment["POSTHORN_TEST_MANAGEMENT_URL"].flatMap({ URLComponents(string: $0) }),
            let user = parts.user, let password = parts.password
        else { throw Missing() }
        parts.user = nil
        parts.password = nil
        var settings = try BrokerSettings(url: url)
        settings.virtualHost = "test-\(UUID().uuidString.lowercased())"
        settings.publishLimit = .seconds(30)
        let broker = TestBroker(
            settings: settings, virtualHost: settings.virtualHost, management: parts.url!,
            authorization: "Basic " + Data("\(user):\(password)".utf8).base64EncodedString())
        try await broker.call("PUT", "/api/vhosts/\(broker.virtualHost)")
        try await broker.permit(settings.user)
        return broker
    }

    /// Settings with TLS. The broker's certificate is self-signed, for the name `localhost`.
    public func encrypted() throws -> BrokerSettings {
        let environment = ProcessInfo.processInfo.environment
        guard let url = environment["POSTHORN_TEST_BROKER_TLS_URL"], let folder = environment["POSTHORN_TEST_BROKER_FOLDER"]
        else { throw Missing() }
        var encrypted = try BrokerSettings(url: url, certificateAuthority: folder + "/tls.pem")
        encrypted.virtualHost = virtualHost
        encrypted.publishLimit = settings.publishLimit
        return encrypted
    }

    /// Creates a virtual host, runs the body and removes the virtual host.
    public static func withVhost<Success>(_ body: (TestBroker) async throws -> Success) async throws -> Success {
        let broker = try await vhost()
        let result: Result<Success, any Error>
        do { result = .success(try await body(broker)) } catch { result = .failure(error) }
        try await broker.remove()
        return try result.get()
    }

    /// Removes the virtual host with its contents.
    public func remove() async throws { try await call("DELETE", "/api/vhosts/\(virtualHost)") }

    /// Declares a durable queue. Default: a quorum queue without further arguments.
    ///
    /// - Parameter arguments: a JSON object.
    public func declareQueue(_ name: String, arguments: String = #"{"x-queue-type":"quorum"}"#) async throws {
        try await call("PUT", "/api/queues/\(virtualHost)/\(name)", #"{"durable":true,"arguments":\#(arguments)}"#)
    }

    public func deleteQueue(_ name: String) async throws { try await call("DELETE", "/api/queues/\(virtualHost)/\(name)") }

    public func declareExchange(_ name: String, type: String = "topic") async throws {
        try await call("PUT", "/api/exchanges/\(virtualHost)/\(name)", #"{"type":"\#(type)","durable":true}"#)
    }

    public func bind(_ queue: String, to exchange: String, key: String) async throws {
        try await call("POST", "/api/bindings/\(virtualHost)/e/\(exchange)/q/\(queue)", #"{"routing_key":"\#(key)"}"#)
    }

    /// Creates a user with these permissions in the virtual host. Users do not belong to a virtual host: remove it with `deleteUser`.
    ///
    /// - Parameter topics: an exchange, and a pattern of the routing keys that the user may publish to it.
    /// - Returns: settings to log in as this user.
    public func makeUser(
        write: String = ".*", read: String = ".*", topics: (exchange: String, write: String)? = nil
    ) async throws -> BrokerSettings {
        var settings = settings
        settings.user = "test-\(UUID().uuidString.lowercased())"
        try await call(
            "PUT", "/api/users/\(settings.user)", #"{"password":"\#(settings.password.reveal())","tags":""}"#)
        try await permit(settings.user, write: write, read: read)
        if let topics {
            try await call(
                "PUT", "/api/topic-permissions/\(virtualHost)/\(settings.user)",
                #"{"exchange":"\#(topics.exchange)","write":"\#(topics.write)","read":".*"}"#)
        }
        return settings
    }

    public func deleteUser(_ name: String) async throws { try await call("DELETE", "/api/users/\(name)") }

    private func permit(_ user: String, write: String = ".*", read: String = ".*") async throws {
        try await call(
            "PUT", "/api/permissions/\(virtualHost)/\(user)", #"{"configure":".*","write":"\#(write)","read":"\#(read)"}"#)
    }

    /// Closes the connection with this name from the broker's side. Waits until the management API lists it.
    public func closeConnection(named name: String) async throws {
        let known = try await until { try await connections(named: name).first }
        let path = known.addingPercentEncoding(withAllowedCharacters: .alphanumerics)!
        try await call("DELETE", "/api/connections/\(path)")
    }

    private func connections(named name: String) async throws -> [String] {
        struct Connection: Decodable {
            let name: String?
            let client: [String: Text]?

            enum CodingKeys: String, CodingKey {
                case name
                case client = "client_properties"
            }
        }
        /// A client property: a text, or a table, which is ignored.
        struct Text: Decodable {
            let text: String?
            init(from decoder: any Decoder) throws { text = try? decoder.singleValueContainer().decode(String.self) }
        }
        let answer = try await call("GET", "/api/vhosts/\(virtualHost)/connections")
        return try JSONDecoder().decode([Connection].self, from: answer)
            .filter { $0.client?["connection_name"]?.text == name }.compactMap(\.name)
    }

    /// Repeats the query until it returns a value, because the management API lags behind.
    private func until<Answer>(_ question: () async throws -> Answer?) async throws -> Answer {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            if let answer = try await question() { return answer }
            try await Task.sleep(for: .milliseconds(25))
        }
        throw Refused(what: "the management API did not show the expected state within 60 s")
    }

    /// Calls the management API.
    ///
    /// - Parameters:
    ///   - path: percent-encoded, from `/api` on.
    ///   - body: JSON.
    /// - Throws: if the status is not 2xx.
    @discardableResult
    public func call(_ method: String, _ path: String, _ body: String? = nil) async throws -> Data {
        var request = URLRequest(url: URL(string: management.absoluteString + path)!)
        request.httpMethod = method
        request.setValue(authorization, forHTTPHeaderField: "Authorization")
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.httpBody = body.map { Data($0.utf8) }
        let (data, response) = try await URLSession.shared.data(for: request)
        let status = (response as? HTTPURLResponse)?.statusCode ?? 0
        guard (200..<300).contains(status) else {
            throw Refused(what: "\(method) \(path): \(status) \(String(decoding: data, as: UTF8.self))")
        }
        return data
    }

    private struct Missing: Error, CustomStringConvertible {
        var description: String {
            "POSTHORN_TEST_BROKER_URL or POSTHORN_TEST_MANAGEMENT_URL is not set: run script/test, which starts the servers"
        }
    }

    private struct Refused: Error, CustomStringConvertible {
        let what: String
        var description: String { what }
    }
}
