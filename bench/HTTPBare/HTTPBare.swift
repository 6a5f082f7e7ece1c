import HTTPServer
import JSON
import Model
import Runtime

/// Measures the upper bound of `accept_per_s`: the gateway's HTTP server with a handler that only decodes the request.
///
///     http-bare 127.0.0.1:8080
@main
enum HTTPBare {
    static func main() async throws {
        guard let address = CommandLine.arguments.dropFirst().first.flatMap({ ListenAddress($0) }) else {
            fatalError("usage: http-bare HOST:PORT")
        }
        let log = Log(level: .warning, format: .logfmt)
        let server = HTTPServer(name: "http-bare", address: address, log: log) { request in
            guard let document = try? JSON(parsing: request.body), let decoded = try? Request(document) else {
                return .text(400, "invalid request\n")
            }
            return .text(202, #"{"channels":\#(decoded.channels.count)}"#, type: "application/json")
        }
        try await ServiceGroup([server], drainLimit: .seconds(5), log: log).run()
    }
}
