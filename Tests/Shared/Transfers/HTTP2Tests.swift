import JSON
import TestPeers
import Testing

@testable import Transfers

/// HTTP/2 (RFC 9113) with a server that nobody here wrote.
@Suite(.enabled(if: Python.isGiven)) struct HTTP2Tests {
    /// Prints its port. Answers each call with the protocol's version, its own and the client's port, and its body; the calls under /meet are
    /// answered when as many have come as the query says, the one to /stop ends it.
    private let program = """
        import asyncio, json, socket, sys
        from hypercorn.asyncio import serve
        from hypercorn.config import Config

        given = json.load(sys.stdin)
        stopped, met, waiting = asyncio.Event(), asyncio.Event(), 0

        async def answer(scope, receive, send):
            global waiting
            if scope["type"] != "http":
                return
            body = b""
            while (event := await receive()).get("more_body") or event.get("body"):
                body += event["body"]
                if not event["more_body"]:
                    break
            if scope["path"] == "/meet":
                waiting += 1
                if waiting == int(scope["query_string"]):
                    met.set()
                await met.wait()
            if scope["path"] == "/stop":
                stopped.set()
            seen = [scope["http_version"], scope["client"][1], body.decode()]
            await send({"type": "http.response.start", "status": 200, "headers": [(b"x-mark", b"here")]})
            await send({"type": "http.response.body", "body": json.dumps(seen).encode()})

        async def main():
            listener = socket.create_server(("127.0.0.1", 0))
            print(listener.getsockname()[1], flush=True)
            config = Config()
            config.bind = [f"fd://{listener.detach()}"]
            config.certfile, config.keyfile = given["authority"], given["authority"].replace("ca.pem", "key.pem")
            config.accesslog = config.errorlog = None
            await serve(answer, config, shutdown_trigger=stopped.wait)

        asyncio.run(asyncio.wait_for(main(), 120))
        """

    private struct Seen: Equatable {
        let version: String?
        let port: Int64?
        let body: String?

        init(_ reply: HTTPReply) throws {
            let members = try JSON(parsing: reply.body).arrayValue ?? []
            (version, port, body) = (members[0].stringValue, members[1].integerValue, members[2].stringValue)
        }
    }

    @Test func callsToOneHostShareAConnection() async throws {
        let peer = try await Peer.shared()
        let input: JSON = ["authority": .string(peer.authority)]
        var lines = try Python.lines(of: program, input: input.encoded()).makeAsyncIterator()
        let port = try #require(await lines.next().flatMap { Int($0) })
        let loop = TransferLoop(certificateAuthority: peer.authority)
        let url = "https://localhost:\(port)"
        // Answered only once all of them are under way, so they cannot have taken turns.
        let replies = try await withThrowingTaskGroup(of: HTTPReply.self) { group in
            for number in 0..<20 {
                group.addTask { try await loop.perform(HTTPCall(.post, "\(url)/meet?20", body: Array("body \(number)".utf8))) }
            }
            return try await group.reduce(into: [HTTPReply]()) { $0.append($1) }
        }
        let seen = try replies.map(Seen.init)
        #expect(seen.allSatisfy { $0.version == "2" })
        #expect(Set(seen.map(\.port)).count == 1)
        #expect(Set(seen.map(\.body)) == Set((0..<20).map { "body \($0)" }))
        #expect(replies.allSatisfy { $0.status == 200 && $0.header("x-mark") == "here" })
        _ = try await loop.perform(HTTPCall(.get, "\(url)/stop"))
        await loop.close()
    }
}
