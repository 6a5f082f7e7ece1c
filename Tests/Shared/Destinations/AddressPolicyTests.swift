import Destinations
import Testing

@Suite struct AddressPolicyTests {
    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",
        "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
        "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:8.8.8.8", "::ffff:127.0.0.1", "::8.8.8.8", "64:ff9b::8.8.8.8", "64:ff9b:1::1", "100::1",
        "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1",
        "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1",
    ])
    func refusesWhatIsNotPublic(_ text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(AddressPolicy.globalOnly().refusal(of: address, port: 443) == .notGlobal)
    }

    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1",
        "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0", "198.17.255.255",
        "198.20.0.0", "223.255.255.255", "2606:4700:4700::1111", "2a00:1450::1", "2001:4860:4860::8888", "2001:200::1",
    ])
    func letsThePublicInternetBe(_ text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(AddressPolicy.globalOnly().refusal(of: address, port: 443) == nil)
    }

    @Test func letsInWhatTheOperatorAllows() throws {
        let policy = AddressPolicy.globalOnly(allowing: [try #require(CIDR("10.1.0.0/16")), try #require(CIDR("fd00::/8"))])
        #expect(policy.refusal(of: try #require(IPAddress("10.1.2.3")), port: 443) == nil)
        #expect(policy.refusal(of: try #require(IPAddress("fd12::1")), port: 443) == nil)
        #expect(policy.refusal(of: try #require(IPAddress("10.2.0.0")), port: 443) == .notGlobal)
        #expect(policy.refusal(of: try #require(IPAddress("::ffff:10.1.2.3")), port: 443) == .notGlobal)
    }

    @Test func holdsToThePorts() throws {
        let address = try #require(IPAddress("1.1.1.1"))
        #expect(AddressPolicy.globalOnly().refusal(of: address, port: 22) == .port)
        #expect(AddressPolicy.globalOnly(ports: .only([22])).refusal(of: address, port: 22) == nil)
        #expect(AddressPolicy.globalOnly(ports: .any).refusal(of: address, port: 22) == nil)
        #expect(AddressPolicy.anywhere.refusal(of: try #require(IPAddress("127.0.0.1")), port: 22) == nil)
    }

    @Test(arguments: [
        "", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/", "10.0.0/8", "::/129", "host/8", "10.0.0.0/8/8",
        "fe80::1%lo",
    ])
    func readsNoHalfNetwork(_ text: String) { #expect(CIDR(text) == nil) }

    @Test func takesAWholeFamilyAsANetwork() throws {
        let all = try #require(CIDR("0.0.0.0/0"))
        #expect(all.contains(try #require(IPAddress("203.0.113.9"))))
        #expect(!all.contains(try #require(IPAddress("::1"))))
    }
}
