import Foundation
import FoundationNetworking
import Runtime
import Synchronization
import Testing

@testable import HTTPServer

@Suite struct HTTPServerTests {
    /// Returns what it was asked.
    private static let echo: @Sendable (ServerRequest) async -> ServerResponse = { request in
        let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
        let head = "\(request.method) \(request.path) \(query) \(request.header("X-Word") ?? "-") "
        return ServerResponse(status: 200, headers: [("X-Body", "\(request.body.count)")], body: Array(head.utf8) + request.body)
    }

    private func withServer(
        _ settings: HTTPServerSettings = HTTPServerSettings(),
        handler: @escaping @Sendable (ServerRequest) async -> ServerResponse = echo,
        _ body: (HTTPServer, UInt16) async throws -> Void
    ) async throws {
        let server = HTTPServer(
            name: "test", address: ListenAddress(host: "127.0.0.1", port: 0), settings: settings, log: .discarded,
            handler: handler)
        try await server.start()
        let port = server.port
        do { try await body(server, port) } catch {
            await server.drain()
            throw error
        }
        await server.drain()
    }

    private func call(
        _ port: UInt16, _ target: String, method: String = "GET", body: Data? = nil, headers: [String: String] = [:]
    ) async throws -> (status: Int, headers: [AnyHashable: Any], text: String) {
        var request = URLRequest(url: URL(string: "http://127.0.0.1:\(port)\(target)")!)
        request.httpMethod = method
        request.httpBody = body
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await URLSession.shared.data(for: request)
        let answer = try #require(response as? HTTPURLResponse)
        return (answer.statusCode, answer.allHeaderFields, String(decoding: data, as: UTF8.self))
    }

    @Test func handsTheWholeRequestToItsHandler() async throws {
        try await withServer { _, port in
            let answer = try await call(
                port, "/a%2Fb/c?x=1&y=%20", method: "POST", body: Data("body".utf8), headers: ["x-word": "word"])
            #expect(answer.status == 200)
            #expect(answer.text == #"POST ["a/b", "c"] x=1,y=  word body"#)
            #expect(answer.headers["X-Body"] as? String == "4")
        }
    }

    @Test func answersHeadWithoutABody() async throws {
        try await withServer { _, port in
            let connection = try RawConnection(port: port)
            connection.write("HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let text = await connection.readToEnd()
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(text.contains("Content-Length: 14\r\n"))
            #expect(text.hasSuffix("\r\n\r\n"))
        }
    }

    @Test func answersSeveralRequestsOnOneConnection() async throws {
        try await withServer { _, port in
            let connection = try RawConnection(port: port)
            connection.write("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
            connection.write("GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let text = await connection.readToEnd()
            #expect(["\"1\"", "\"2\"", "\"3\""].allSatisfy(text.contains))
        }
    }

    @Test(arguments: [1025, 4096, 1_000_000])
    func refusesALargeBodyWithAProblemDocument(_ size: Int) async throws {
        try await withServer(HTTPServerSettings(bodyLimit: 1024)) { _, port in
            let answer = try await call(port, "/", method: "POST", body: Data(count: size), headers: ["Expect": "100-continue"])
            #expect(answer.status == 413)
            #expect(answer.headers["Content-Type"] as? String == "application/problem+json")
            #expect(answer.text.contains("more than 1024 bytes"))
        }
    }

    @Test func takesABodyAtItsLimitInPieces() async throws {
        try await withServer(HTTPServerSettings(bodyLimit: 100_000)) { _, port in
            let answer = try await call(port, "/", method: "POST", body: Data(count: 100_000))
            #expect(answer.headers["X-Body"] as? String == "100000")
        }
    }

    @Test(arguments: [
        ("/%ZZ", "Segment 1 of the path"), ("/a/%00", "Segment 2 of the path"), ("/?after=%00", #""field":"after""#),
        ("/?after=%FF", "The parameter after of the query"), ("/?%00=1", "Each name in the query"),
    ])
    func refusesATargetThatIsNotWellEncodedAndNamesTheParameter(_ target: String, _ words: String) async throws {
        try await withServer { _, port in
            let connection = try RawConnection(port: port)
            connection.write("GET \(target) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let text = await connection.readToEnd()
            #expect(text.hasPrefix("HTTP/1.1 400 "))
            #expect(text.contains(words))
        }
    }

    @Test(arguments: ["", "GET /slow HTTP/1.1\r\nHost: a\r\n", "POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nab"])
    func cutsConnectionsThatTakeTooLong(_ beginning: String) async throws {
        let settings = HTTPServerSettings(headLimit: .milliseconds(200), receiveLimit: .milliseconds(200))
        try await withServer(settings) { server, port in
            let connection = try RawConnection(port: port)
            connection.write(beginning)
            #expect(await connection.readToEnd() == "")
        }
    }

    @Test func waitsForAHandlerLongerThanForAClient() async throws {
        let settings = HTTPServerSettings(headLimit: .seconds(1), receiveLimit: .seconds(1))
        let (begun, finished) = (Gate(parties: 2), Gate(parties: 2))
        let slow: @Sendable (ServerRequest) async -> ServerResponse = { _ in
            await begun.meet()
            await finished.meet()
            return .text(200, "finally")
        }
        try await withServer(settings, handler: slow) { _, port in
            async let answer = call(port, "/")
            await begun.meet()
            // These began after the call, so when the second is cut, the call has lasted for longer than any client may.
            for _ in 1...2 {
                let silent = try RawConnection(port: port)
                #expect(await silent.readToEnd() == "")
            }
            await finished.meet()
            #expect(try await answer.text == "finally")
        }
    }

    @Test func handlesMoreAtOnceThanItHasThreads() async throws {
        let gate = Gate(parties: 32)
        let meet: @Sendable (ServerRequest) async -> ServerResponse = { _ in
            await gate.meet()
            return .text(200, "met")
        }
        try await withServer(handler: meet) { _, port in
            try await withThrowingTaskGroup { group in
                for _ in 0..<32 {
                    group.addTask {
                        let connection = try RawConnection(port: port)
                        connection.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                        #expect(await connection.readToEnd().hasSuffix("met"))
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func finishesWhatIsInFlightWhenItDrains() async throws {
        let gate = Gate(parties: 2)
        let draining = Gate(parties: 2)
        let server = HTTPServer(
            name: "test", address: ListenAddress(host: "127.0.0.1", port: 0), log: .discarded,
            handler: { _ in
                await gate.meet()
                await draining.meet()
                return .text(200, "finished")
            })
        try await server.start()
        let port = server.port
        let connection = try RawConnection(port: port)
        connection.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await gate.meet()
        async let drained: Void = server.drain()
        while (try? RawConnection(port: port)) != nil { await Task.yield() }
        await draining.meet()
        let text = await connection.readToEnd()
        await drained
        #expect(text.contains("Connection: close\r\n"))
        #expect(text.hasSuffix("finished"))
        #expect(throws: POSIXError.self) { try RawConnection(port: port) }
    }

    @Test func saysWhyItCannotListen() async throws {
        try await withServer { _, port in
            let second = HTTPServer(
                name: "second", address: ListenAddress(host: "127.0.0.1", port: port), log: .discarded, handler: Self.echo)
            let error = await #expect(throws: HTTPServerError.self) { try await second.start() }
            #expect(error?.description == "cannot listen on 127.0.0.1:\(port): Address already in use")
            await second.drain()
        }
    }
}

/// Lets its parties go on when all of them are there.
actor Gate {
    private let parties: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(parties: Int) { self.parties = parties }

    func meet() async {
        await withCheckedContinuation { continuation in
            waiting.append(continuation)
            if waiting.count == parties { for party in waiting { party.resume() } }
        }
    }
}
