import Destinations
import Foundation
import Model
import Senders
import TestPeers
import Testing
import Transfers
import WebhookSender

/// A webhook whose name looks like any other and leads to an address of the operator's own network.
@Suite struct InternalNameTests {
    /// Names that lead to this machine without a question to the network: libcurl knows the first by itself, libc the others.
    private static let names: [String] = {
        let hosts = (try? String(contentsOfFile: "/etc/hosts", encoding: .utf8)) ?? ""
        let known = hosts.split(whereSeparator: \.isNewline).flatMap { line -> [String] in
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let address = words.first, address.hasPrefix("127.") || address == "::1" else { return [] }
            return Array(words.dropFirst())
        }
        return Array(Set(known + ["hook.localhost"])).sorted()
    }()

    @Test(arguments: names) func isRefusedAtTheConnectAndNeverCalled(_ name: String) async throws {
        let peer = try await Peer.shared()
        let settings = WebhookSettings(
            masterKey: try #require(MasterKey(base64: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")),
            destinations: WebhookDestinations(allowsHTTP: true, ports: .any))
        let loop = TransferLoop(addressPolicy: settings.destinations.addressPolicy)
        let address = "http://\(name):\(peer.port(.http))/status/204?internal-\(name)"
        let setup = Setup(
            provider: WebhookProvider(settings, loops: PerLane { _ in loop }), loop: loop, address: address, sharesProvider: true,
            medium: .webhook)
        let verdict = await setup.deliver([address])[0]
        #expect(
            verdict
                == .unsendable(why: "the address is not public; the operator can allow its network with POSTHORN_WEBHOOK_ALLOW"))
        #expect(try await peer.requests("internal-\(name)").isEmpty)
        await loop.close()
    }
}
