import Runtime
import Synchronization
import Testing

@testable import HTTPServer

/// What clients can hold of a server, and what they cannot.
@Suite(.timeLimit(.minutes(1))) struct HTTPServerBoundsTests {
    private func withServer(
        _ settings: HTTPServerSettings = HTTPServerSettings(),
        admission: Admitting = Admitting { _ in .granted(party: 1) },
        handler: Handling = Handling { .text(200, "read \($0.body.count) bytes.") },
        _ body: (HTTPServer, UInt16) async throws -> Void
    ) async throws {
        let server = HTTPServer(
            name: "test", address: ListenAddress(host: "127.0.0.1", port: 0), settings: settings, log: .discarded,
            admission: admission.decide, handler: handler.answer)
        try await server.start()
        let result: Result<Void, any Error>
        let port = server.port
        do { result = .success(try await body(server, port)) } catch { result = .failure(error) }
        await server.drain()
        try result.get()
    }

    /// What a server is asked, by name, because a call takes one closure.
    private struct Admitting { let decide: @Sendable (RequestHead) -> Admission }
    private struct Handling { let answer: @Sendable (ServerRequest) async -> ServerResponse }

    private func head(_ length: Int, more: String = "") -> String {
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\(more)\r\n"
    }

    @Test func closesAConnectionWithoutARequestLongBeforeOneThatIsKept() async throws {
        try await withServer(HTTPServerSettings(headLimit: .milliseconds(300), idleLimit: .seconds(10))) { _, port in
            let used = try RawConnection(port: port)
            used.write(head(0))
            #expect(await used.read(until: "bytes.").contains("read 0 bytes."))
            let start = ContinuousClock.now
            for beginning in ["", "P", "POST / HTTP/1.1\r\nHost: a\r\n"] {
                let silent = try RawConnection(port: port)
                silent.write(beginning)
                #expect(await silent.readToEnd() == "")
            }
            #expect(ContinuousClock.now - start < .seconds(9))
            used.write(head(0))
            #expect(await used.read(until: "bytes.").contains("read 0 bytes."))
        }
    }

    @Test func givesARefusedRequestNoLongerThanAFirstHead() async throws {
        let settings = HTTPServerSettings(headLimit: .milliseconds(300), idleLimit: .seconds(10))
        try await withServer(settings, admission: Admitting { _ in .refused(.text(401, "no")) }) { _, port in
            let connection = try RawConnection(port: port)
            let start = ContinuousClock.now
            connection.write(head(0))
            #expect(await connection.readToEnd().hasSuffix("no"))
            #expect(ContinuousClock.now - start < .seconds(9))
        }
    }

    @Test func leavesRoomForOthersWhereOneClientOpensAllThatItMay() async throws {
        try await withServer(HTTPServerSettings(connectionLimit: 16)) { server, port in
            var held: [RawConnection] = []
            var closed = 0
            for _ in 0..<12 {
                let connection = try RawConnection(port: port)
                connection.write(head(0))
                if await connection.read(until: "bytes.").isEmpty { closed += 1 } else { held.append(connection) }
            }
            #expect(held.count == 8 && closed == 4)
            let other = try RawConnection(port: port, client: 2)
            other.write(head(0))
            #expect(await other.read(until: "bytes.").contains("read 0 bytes."))
        }
    }

    @Test(arguments: ["", "Expect: 100-continue\r\n"])
    func answersBeforeALongBodyThatIsNotAdmitted(_ more: String) async throws {
        try await withServer(admission: Admitting { _ in .refused(.text(401, "no")) }) { server, port in
            let connection = try RawConnection(port: port)
            connection.write(head(200_000, more: more))
            #expect(await connection.readToEnd().hasPrefix("HTTP/1.1 401 "))
            #expect(server.bodyMemory == 0)
        }
    }

    @Test func keepsNothingOfAShortBodyThatIsNotAdmittedAndGoesOnWithTheConnection() async throws {
        let asked = Atomic(0)
        let admission = Admitting { head in
            head.header("X-Key") == nil ? .refused(.text(401, "no")) : .granted(party: 1)
        }
        try await withServer(
            admission: admission,
            handler: Handling { request in
                asked.add(1, ordering: .relaxed)
                return .text(200, "read \(request.body.count) bytes.")
            }
        ) { server, port in
            let connection = try RawConnection(port: port)
            connection.write(head(4) + "body" + head(4, more: "X-Key: k\r\n") + "body")
            let text = await connection.read(until: "bytes.")
            #expect(text.hasPrefix("HTTP/1.1 401 ") && text.hasSuffix("read 4 bytes."))
            #expect(asked.load(ordering: .relaxed) == 1)
        }
    }

    @Test func readsTheBodyAfterAnAdmissionThatHadToBeAskedFor() async throws {
        let gate = Gate(parties: 2)
        let admission = Admitting { head in
            .undecided {
                await gate.meet()
                return head.header("X-Key") == nil ? .refused(.text(401, "no")) : .granted(party: 1)
            }
        }
        try await withServer(admission: admission) { _, port in
            let (good, bad) = (try RawConnection(port: port), try RawConnection(port: port))
            good.write(head(100_000, more: "X-Key: k\r\n") + String(repeating: "x", count: 100_000))
            bad.write(head(100_000))
            #expect(await good.read(until: "bytes.").contains("read 100000 bytes."))
            #expect(await bad.readToEnd().hasPrefix("HTTP/1.1 401 "))
        }
    }

    @Test func givesTheHandlerWhatTheAdmissionHasFoundOut() async throws {
        let admission = Admitting { head in
            let pass = head.header("X-Key")
            return head.header("X-Ask") == nil ? .granted(party: 1, pass: pass) : .undecided { .granted(party: 1, pass: pass) }
        }
        let handler = Handling { .text(200, "passed \($0.pass as? String ?? "nothing").") }
        try await withServer(admission: admission, handler: handler) { _, port in
            let connection = try RawConnection(port: port)
            connection.write(head(0, more: "X-Key: first\r\n"))
            #expect(await connection.read(until: "first.").contains("passed first."))
            connection.write(head(0, more: "X-Ask: 1\r\nX-Key: second\r\n"))
            #expect(await connection.read(until: "second.").contains("passed second."))
            connection.write(head(0))
            #expect(await connection.read(until: "nothing.").contains("passed nothing."))
        }
    }

    @Test func refusesABodyForWhichThereIsNoMemoryAndTakesItLater() async throws {
        let (begun, finished) = (Gate(parties: 2), Gate(parties: 2))
        let settings = HTTPServerSettings(bodyLimit: 1000, bodyMemory: 1000)
        let admission = Admitting { .granted(party: Int64($0.header("X-Party") ?? "") ?? 0) }
        try await withServer(
            settings, admission: admission,
            handler: Handling { request in
                if request.header("X-Hold") != nil {
                    await begun.meet()
                    await finished.meet()
                }
                return .text(200, "read \(request.body.count) bytes.")
            }
        ) { server, port in
            func send(_ count: Int, party: Int, more: String = "") throws -> RawConnection {
                let connection = try RawConnection(port: port)
                let lines = "X-Party: \(party)\r\nConnection: close\r\n\(more)"
                connection.write(head(count, more: lines) + String(repeating: "x", count: count))
                return connection
            }
            let holder = try send(400, party: 1, more: "X-Hold: yes\r\n")
            await begun.meet()
            #expect(server.bodyMemory == 400)
            let refused = await (try send(300, party: 1)).readToEnd()
            #expect(refused.hasPrefix("HTTP/1.1 503 ") && refused.contains("Retry-After: 1\r\n"))
            #expect(await (try send(300, party: 2)).readToEnd().hasSuffix("read 300 bytes."))
            await finished.meet()
            #expect(await holder.readToEnd().hasSuffix("read 400 bytes."))
            #expect(await (try send(300, party: 1)).readToEnd().hasSuffix("read 300 bytes."))
        }
    }

    @Test func holdsNothingForABodyThatIsOnlyAnnounced() async throws {
        try await withServer(HTTPServerSettings(bodyLimit: 1000, bodyMemory: 1000)) { server, port in
            let announced = try RawConnection(port: port)
            announced.write(head(1000))
            let sent = try RawConnection(port: port)
            sent.write(head(500) + String(repeating: "x", count: 500))
            #expect(await sent.read(until: "bytes.").contains("read 500 bytes."))
        }
    }
}
