import Testing

@testable import HTTPServer

@Suite struct ListenAddressTests {
    @Test(arguments: [
        ("127.0.0.1:8080", "127.0.0.1:8080"), ("localhost:1", "127.0.0.1:1"), (":80", "0.0.0.0:80"), ("[::1]:8080", "[::1]:8080"),
    ])
    func reads(_ text: String, as expected: String) {
        #expect(ListenAddress(text)?.description == expected)
    }

    @Test(arguments: ["", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "example.org:80", "::1:80"])
    func refuses(_ text: String) {
        #expect(ListenAddress(text) == nil)
    }
}
