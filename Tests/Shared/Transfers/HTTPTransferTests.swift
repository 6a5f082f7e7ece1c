import Destinations
import JSON
import Synchronization
import TestPeers
import Testing

@testable import Transfers

@Suite struct HTTPTransferTests {
    private let loop = TransferLoop(connectionsPerHost: 8)

    private func failure(_ call: HTTPCall, _ loop: TransferLoop? = nil) async -> TransferError? {
        do throws(TransferError) {
            _ = try await (loop ?? self.loop).perform(call)
            return nil
        } catch { return error }
    }

    @Test(arguments: [HTTPCall.Method.get, .head, .post, .put, .patch, .delete])
    func sendsEachMethodWithItsHeadersAndBody(_ method: HTTPCall.Method) async throws {
        let peer = try await Peer.shared()
        let token = "method-\(method.rawValue)"
        let carriesBody = method != .get && method != .head
        // Head and delete in between, so that one handle serves different shapes one after another.
        _ = try await loop.perform(HTTPCall(.head, peer.url("/status/204")))
        let reply = try await loop.perform(
            HTTPCall(
                method, peer.url("/status/\(method == .head ? 204 : 200)?x=\(token)"),
                headers: [("X-One", "1"), ("Content-Type", "text/plain")], body: carriesBody ? Array("hello".utf8) : []))
        #expect(reply.status == (method == .head ? 204 : 200))
        #expect(method == .head || String(decoding: reply.body, as: UTF8.self) == "a body nobody may see")
        #expect(reply.header("x") == token)
        let request = try #require(try await peer.requests(token).first)
        #expect(request["method"] == .string(method.rawValue))
        #expect(request["body"] == .string(carriesBody ? "aGVsbG8=" : ""))
        let names = request["headers"]?.arrayValue?.compactMap { $0[0]?.stringValue } ?? []
        #expect(names.contains("X-One"))
        #expect(!names.contains("Expect"))
    }

    @Test func reportsEachCallOnceByItsIndex() async throws {
        let peer = try await Peer.shared()
        let body = [UInt8](repeating: 0x61, count: 600)
        let calls = (0..<300).map { HTTPCall(.post, peer.url("/status/\(200 + $0 % 5)"), body: body, responseLimit: 10) }
        let statuses = await withCheckedContinuation { continuation in
            let seen = Mutex<[Int: [Int]]>([:])
            loop.submit(calls) { index, result in
                let all = seen.withLock { seen in
                    seen[index, default: []].append((try? result.get())?.status ?? 0)
                    return seen.count == calls.count ? seen : nil
                }
                if let all { continuation.resume(returning: all) }
            }
        }
        #expect(statuses == Dictionary(uniqueKeysWithValues: (0..<300).map { ($0, [200 + $0 % 5]) }))
    }

    @Test func followsNoRedirect() async throws {
        let peer = try await Peer.shared()
        let reply = try await loop.perform(HTTPCall(.get, peer.url("/status/302?Location=/status/200?redirected")))
        #expect(reply.status == 302)
        #expect(try await peer.requests("redirected").count == 1)
    }

    @Test func readsRetryAfterAsSecondsAndAsDate() async throws {
        let peer = try await Peer.shared()
        #expect(try await loop.perform(HTTPCall(.get, peer.url("/status/503?Retry-After=7"))).retryAfter == .seconds(7))
        #expect(try await loop.perform(HTTPCall(.get, peer.url("/status/503"))).retryAfter == nil)
        let past = "Fri,%2031%20Dec%201999%2023:59:59%20GMT"
        #expect(try await loop.perform(HTTPCall(.get, peer.url("/status/503?Retry-After=\(past)"))).retryAfter == nil)
        let future = "Wed,%2031%20Dec%202098%2023:59:59%20GMT"
        let reply = try await loop.perform(HTTPCall(.get, peer.url("/status/503?Retry-After=\(future)")))
        #expect(try #require(reply.retryAfter) > .seconds(86_400))
    }

    @Test func boundsTheBodyOfAnAnswer() async throws {
        let peer = try await Peer.shared()
        let reply = try await loop.perform(HTTPCall(.get, peer.url("/endless"), responseLimit: 100_000))
        #expect(reply.status == 200)
        #expect(reply.body.count == 100_000)
        #expect(reply.isTruncated)
        let dropped = try await loop.perform(HTTPCall(.get, peer.url("/endless"), responseLimit: 10, keepsResponseBody: false))
        #expect(dropped.status == 200)
        #expect(dropped.body.isEmpty)
    }

    @Test(arguments: [
        ("/hang", TransferError.timedOut(sentRequest: true)), ("/break", .broken("closed without an answer", sentRequest: true)),
        ("/malformed", .malformedReply(sentRequest: true)),
    ])
    func knowsWhatIsAmbiguous(_ path: String, _ expected: TransferError) async throws {
        let peer = try await Peer.shared()
        let error = await failure(HTTPCall(.post, peer.url(path), body: [1], timeout: .seconds(path == "/hang" ? 4 : 20)))
        #expect(error == expected)
        #expect(error?.mayHaveArrived == true)
    }

    @Test(arguments: ["/half-body", "/header-flood"])
    func failsOnAHalfAnswer(_ path: String) async throws {
        let peer = try await Peer.shared()
        let error = await failure(HTTPCall(.get, peer.url(path), timeout: .seconds(20)))
        #expect(error?.mayHaveArrived == true)
    }

    @Test func knowsWhatIsDefinite() async throws {
        let peer = try await Peer.shared()
        #expect(await failure(HTTPCall(.post, "http://127.0.0.1:\(peer.port(.closed))/")) == .connectFailed("connection refused"))
        #expect(await failure(HTTPCall(.post, "http://name.invalid/")) == .resolveFailed)
        #expect(
            await failure(HTTPCall(.post, peer.url("/status/200", .https)))
                == .tlsFailed("the server's certificate cannot be trusted"))
        #expect(
            await failure(HTTPCall(.post, "https://127.0.0.1:\(peer.port(.silent))/", timeout: .milliseconds(200)))
                == .timedOut(sentRequest: false))
    }

    @Test(arguments: [
        ("http://127.0.0.1:99999/", "x"), ("ftp://127.0.0.1/", "x"), ("http://user:word@127.0.0.1/", "x"),
        ("nonsense", "x\u{0}y"),
        ("http://127.0.0.1/a b", "x"), ("http://127.0.0.1/", "x\r\ny: z"), ("http://127.0.0.1/", "x\ny"),
        ("http://127.0.0.1/", "x\u{0}"),
    ])
    func refusesWhatCannotBeACall(_ url: String, _ header: String) async throws {
        let error = await failure(HTTPCall(.get, url, headers: [("x", header)]))
        guard case .invalid = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func trustsTheAuthorityThatItIsGiven() async throws {
        let peer = try await Peer.shared()
        let loop = TransferLoop(certificateAuthority: peer.authority)
        #expect(try await loop.perform(HTTPCall(.get, peer.url("/status/204", .https))).status == 204)
        await loop.close()
    }

    @Test func asksThePolicyAboutTheAddressThatANameResolvesTo() async throws {
        let peer = try await Peer.shared()
        let strict = TransferLoop(addressPolicy: .globalOnly(ports: .any))
        for host in ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"] {
            #expect(await failure(HTTPCall(.get, "http://\(host):\(peer.port(.http))/"), strict) == .addressRefused(.notGlobal))
        }
        await strict.close()
        let ports = TransferLoop(addressPolicy: .globalOnly(allowing: [try #require(CIDR("127.0.0.0/8"))]))
        #expect(await failure(HTTPCall(.get, peer.url("/status/200")), ports) == .addressRefused(.port))
        await ports.close()
        let open = TransferLoop(addressPolicy: .globalOnly(allowing: [try #require(CIDR("127.0.0.0/8"))], ports: .any))
        #expect(try await open.perform(HTTPCall(.get, peer.url("/status/204"))).status == 204)
        await open.close()
    }

    @Test func failsThoseWhoWaitTooLongAsNotSent() async throws {
        let peer = try await Peer.shared()
        let narrow = TransferLoop(connectionsPerHost: 1)
        async let first = failure(HTTPCall(.get, peer.url("/hold?first"), timeout: .seconds(60)), narrow)
        try await peer.held("first")
        let second = await failure(HTTPCall(.get, peer.url("/status/204?second"), timeout: .milliseconds(200)), narrow)
        try await peer.release("first")
        #expect(await first == nil)
        #expect(second == .overloaded)
        #expect(try await peer.requests("second").isEmpty)
        await narrow.close()
    }

    @Test func finishesWhatItHasTakenAndTakesNothingAfterClose() async throws {
        let peer = try await Peer.shared()
        let loop = TransferLoop()
        async let answer = loop.perform(HTTPCall(.get, peer.url("/status/204")))
        #expect(try await answer.status == 204)
        await loop.close()
        #expect(await failure(HTTPCall(.get, peer.url("/status/204")), loop) == .closed)
    }
}
