import Destinations
import Runtime
import Testing

@Suite struct WebhookDestinationsTests {
    private func read(_ environment: [String: String]) throws -> WebhookDestinations {
        var reader = try SettingsReader(environment: environment)
        let destinations = WebhookDestinations(reading: &reader)
        try reader.finish()
        return destinations
    }

    @Test func allowsPublicHostsOnTheUsualPortsByDefault() throws {
        let destinations = try read([:])
        #expect(destinations.allowedNetworks.isEmpty && !destinations.allowsHTTP)
        #expect(destinations.ports == .only([80, 443, 8443]))
    }

    @Test func readsWhatTheOperatorAllows() throws {
        let destinations = try read([
            "POSTHORN_WEBHOOK_ALLOW": "10.0.0.0/8, fd00::/8", "POSTHORN_WEBHOOK_ALLOW_HTTP": "true",
            "POSTHORN_WEBHOOK_PORTS": "any",
        ])
        #expect(destinations.allowedNetworks == [CIDR("10.0.0.0/8")!, CIDR("fd00::/8")!])
        #expect(destinations.allowsHTTP && destinations.ports == .any)
    }

    @Test(arguments: [
        ("POSTHORN_WEBHOOK_PORTS", "443,0"), ("POSTHORN_WEBHOOK_PORTS", "443,many"), ("POSTHORN_WEBHOOK_PORTS", "70000"),
        ("POSTHORN_WEBHOOK_ALLOW", "10.0.0.0/8,inside"), ("POSTHORN_WEBHOOK_ALLOW_HTTP", "yes"),
    ])
    func refusesASettingThatMeansNothing(_ name: String, _ value: String) {
        let error = #expect(throws: SettingsError.self) { try read([name: value]) }
        #expect(error?.problems.count == 1 && error?.problems[0].hasPrefix(name) == true)
    }

    @Test(arguments: [
        ("https://example.org/hook", nil), ("https://example.org:8443/", nil), ("https://1.1.1.1/", nil),
        ("http://example.org/", "https://"), ("https://example.org:22/", "port 80 or 443 or 8443"),
        ("https://10.0.0.1/", "not public"), ("https://[::1]/", "not public"), ("https://localhost/", "not public"),
        ("https://a.localhost./", "not public"), ("https://127.1/", "usual form"), ("https://0x7f000001/", "usual form"),
        ("https://2130706433/", "usual form"), ("hook", "web address"),
    ])
    func rejectsByItsTextWhatCouldNeverBeCalled(_ address: String, _ problem: String?) throws {
        let found = try read([:]).problem(with: address)
        if let problem { #expect(found?.contains(problem) == true) } else { #expect(found == nil) }
    }

    @Test func letsInsideAddressesBeWhereTheirNetworkIsAllowed() throws {
        let destinations = try read(["POSTHORN_WEBHOOK_ALLOW": "127.0.0.0/8", "POSTHORN_WEBHOOK_PORTS": "any"])
        #expect(destinations.problem(with: "https://127.0.0.1:9000/") == nil)
        #expect(destinations.problem(with: "https://localhost:9000/") == nil)
        #expect(destinations.problem(with: "https://10.0.0.1/") != nil)
    }
}
