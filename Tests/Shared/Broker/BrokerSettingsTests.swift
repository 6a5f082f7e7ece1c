import Testing

@testable import Broker

@Suite struct BrokerSettingsTests {
    @Test func readsEveryPartOfAURL() throws {
        let settings = try BrokerSettings(
            url: "amqps://ada:p%40ss@broker.example:5999/my%2Fhost", certificateAuthority: "/ca.pem")
        #expect(settings.host == "broker.example")
        #expect(settings.port == 5999)
        #expect(settings.user == "ada")
        #expect(settings.password.reveal() == "p@ss")
        #expect(settings.virtualHost == "my/host")
        #expect(settings.tls == BrokerSettings.TLS(certificateAuthority: "/ca.pem"))
    }

    @Test(arguments: [
        ("amqp://a:b@h", 5672, "/"), ("amqp://a:b@h/", 5672, "/"), ("amqps://a:b@h", 5671, "/"), ("amqp://a:b@h/%2F", 5672, "/"),
        ("amqp://a:b@h/posthorn", 5672, "posthorn"), ("amqp://a:b@[::1]:99/x", 99, "x"),
    ])
    func usesDefaultsForMissingParts(url: String, port: Int, virtualHost: String) throws {
        let settings = try BrokerSettings(url: url)
        #expect(settings.port == port)
        #expect(settings.virtualHost == virtualHost)
    }

    @Test(arguments: ["", "http://a:b@h", "amqp://h", "amqp://a@h", "amqp://a:b@", "amqp://a:b@h/x/y", "amqp:// h"])
    func rejectsAnInvalidURLWithoutRepeatingIt(url: String) {
        let error = #expect(throws: BrokerError.self) { try BrokerSettings(url: url) }
        #expect(url.isEmpty || error?.description.contains(url) == false)
    }

    @Test func rejectsACertificateAuthorityWithoutEncryption() {
        #expect(throws: BrokerError.self) { try BrokerSettings(url: "amqp://a:b@h", certificateAuthority: "/ca.pem") }
    }
}
